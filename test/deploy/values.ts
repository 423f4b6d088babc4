import type { Values } from './helm.ts';

/** The least that fedmon itself asks for. */
export const config = {
  identity: { domain: 'mon.example.com', contact: 'https://mon.example.com/probing' },
  partners: [{ domain: 'contoso.com', tier: 'critical', every: '1m' }],
};
export const minimal = { redis: { url: 'redis://redis.uc:6379/0' }, config } satisfies Values;
/** One pod, for what does not depend on the roles. */
export const single = { ...minimal, allInOne: true } satisfies Values;

/** Every switch that does not shut another one off. */
const everything = {
  redis: {
    url: 'rediss://fedmon@redis.uc:6380/1',
    existingSecret: 'redis',
    passwordKey: 'pw',
    prefix: '{uc}',
    ca: { existingSecret: 'redis-ca', key: 'authority.pem' },
    sentinel: { hosts: ['s1.uc', 's2.uc:26380', 's3.uc'], master: 'uc', existingSecret: 'sentinel' },
  },
  image: { repository: 'registry.uc/fedmon', digest: `sha256:${'0'.repeat(64)}`, pullPolicy: 'Always' },
  imagePullSecrets: [{ name: 'pull' }],
  fullnameOverride: 'fedmon',
  vantages: [
    { name: 'paris-1', nodeSelector: { site: 'paris' }, resources: { limits: { memory: '1Gi' } } },
    { name: 'nyc-1', replicas: 3, tolerations: [{ key: 'edge', operator: 'Exists' }], affinity: { nodeAffinity: {} } },
    { name: 'fra-1', replicas: 0 },
  ],
  quorum: 2,
  worker: { autoscaling: { enabled: true, minReplicas: 2, prometheusAddress: 'http://prometheus.uc:9090' } },
  scheduler: { replicas: 3, resources: { limits: { memory: '300Mi' } } },
  config: {
    ...config,
    egress: { allow: ['10.20.0.0/16', 'fd00::1'] },
    defaults: { every: '2m' },
    dns: { servers: ['10.20.0.53', 'tls://9.9.9.9#dns.quad9.net'] },
    canary: { host: 'sip.example.com', port: 5063 },
    controls: [{ name: 'provider', host: 'sip.provider.example' }],
    partners: [
      ...config.partners,
      { domain: 'fabrikam.com', every: '3m', timeout: '45s', route: { host: 'edge.fabrikam.com', port: 5065 } },
      { domain: 'tailspin.example', profile: 'sip', route: { host: 'sbc.tailspin.example', transport: 'udp' } },
    ],
  },
  clientCertificate: { certManager: { enabled: true, issuerRef: { name: 'corporate', kind: 'ClusterIssuer' } } },
  api: { existingSecret: 'api', tokenKey: 'bearer' },
  service: { type: 'LoadBalancer', port: 80, annotations: { a: 'b' } },
  serviceMonitor: { enabled: true, labels: { release: 'stack' }, interval: '1m' },
  podMonitor: { enabled: true, labels: { release: 'stack' } },
  prometheusRule: { enabled: true, labels: { release: 'stack' } },
  dashboards: { enabled: true, annotations: { grafana_folder: 'UC' } },
  networkPolicy: {
    enabled: true,
    ingressFrom: [{ namespaceSelector: {} }],
    redisPort: 6381,
    partnerPorts: [5061],
    extraEgress: [{ ports: [{ port: 5062 }] }],
  },
  podAnnotations: { c: 'd' },
  podLabels: { e: 'f' },
  priorityClassName: 'monitoring',
  nodeSelector: { g: 'h' },
  tolerations: [{ operator: 'Exists' }],
  affinity: { podAffinity: {} },
  extraVolumes: [{ name: 'roots', configMap: { name: 'roots' } }],
  extraVolumeMounts: [{ name: 'roots', mountPath: '/etc/roots' }],
} satisfies Values;

/** What people set, from the least to everything. */
export const matrix = {
  'all in one': {
    ...single,
    config: { ...config, canary: { host: '2001:db8::7' } },
    clientCertificate: { existingSecret: 'client' },
  },
  split: minimal,
  sentinel: {
    config,
    redis: { sentinel: { hosts: ['s1.uc', 's2.uc', 's3.uc'] }, existingSecret: 'redis' },
    vantages: [{ name: 'paris-1' }],
  },
  'a whole URL in a Secret': { config, redis: { existingSecret: 'cloud', urlKey: 'uri' }, exporter: { replicas: 0 } },
  'its own store': { config, allInOne: true, valkey: { enabled: true, existingSecret: 'valkey' } },
  'its own store, for a trial': {
    config,
    valkey: { enabled: true, persistence: { enabled: false } },
    networkPolicy: { enabled: true },
    podDisruptionBudget: { enabled: false },
    topologySpread: { enabled: false },
  },
  'every option on': everything,
} satisfies Readonly<Record<string, Values>>;

export const full = matrix['every option on'];
