import type { Values } from './helm.ts';

/** The least that fedmon itself asks for. */
export const config = {
  identity: { domain: 'mon.example.com', contact: 'https://mon.example.com/probing' },
  partners: [{ domain: 'contoso.com', tier: 'critical', every: '1m' }],
};
export const minimal = { redis: { url: 'redis://user:secret@redis.uc:6379/0' }, config } satisfies Values;

/** What people set, from the least to everything. */
export const matrix: Readonly<Record<string, Values>> = {
  'a Redis by URL': minimal,
  'a Redis by Secret': { redis: { existingSecret: 'valkey', existingSecretKey: 'uri' }, config },
  'every option on': {
    ...minimal,
    image: { repository: 'registry.uc/fedmon', digest: `sha256:${'0'.repeat(64)}`, pullPolicy: 'Always' },
    imagePullSecrets: [{ name: 'pull' }],
    fullnameOverride: 'fedmon',
    config: { ...config, egress: { allow: ['10.20.0.0/16'] }, defaults: { every: '2m' } },
    clientCertificate: { existingSecret: 'client' },
    service: { type: 'LoadBalancer', port: 80, annotations: { a: 'b' } },
    serviceMonitor: { enabled: true, labels: { release: 'stack' }, interval: '1m' },
    prometheusRule: { enabled: true, labels: { release: 'stack' } },
    dashboards: { enabled: true, annotations: { folder: 'UC' } },
    networkPolicy: {
      enabled: true,
      ingressFrom: [{ namespaceSelector: {} }],
      redisPort: 6380,
      partnerPorts: [5061],
      extraEgress: [{ ports: [{ port: 5062 }] }],
    },
    podAnnotations: { c: 'd' },
    podLabels: { e: 'f' },
    nodeSelector: { g: 'h' },
    tolerations: [{ operator: 'Exists' }],
    affinity: { nodeAffinity: {} },
    extraVolumes: [{ name: 'roots', configMap: { name: 'roots' } }],
    extraVolumeMounts: [{ name: 'roots', mountPath: '/etc/roots' }],
  },
};

export const full = matrix['every option on'] ?? {};
