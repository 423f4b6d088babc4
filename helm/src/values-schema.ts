import { defaultSettings, leastObjective, ownLabels } from '../../src/alert/settings.ts';
import { jsonSchema } from '../../src/config/json-schema.ts';

/** A JSON Schema of draft 7, which is the one that Helm reads. */
type Schema = Readonly<Record<string, unknown>>;

const closed = (properties: Readonly<Record<string, Schema>>, more: Schema = {}): Schema => ({
  type: 'object',
  additionalProperties: false,
  properties,
  ...more,
});
const words: Schema = { type: 'string' };
const word: Schema = { type: 'string', minLength: 1 };
const flag: Schema = { type: 'boolean' };
const whole = (minimum: number, maximum: number): Schema => ({ type: 'integer', minimum, maximum });
const form = (pattern: string): Schema => ({ type: 'string', pattern });
const listOf = (items: Schema, more: Schema = {}): Schema => ({ type: 'array', items, ...more });
const port = whole(1, 65_535);
const texts: Schema = { type: 'object', additionalProperties: words };
/** What Kubernetes itself defines and judges: more than a chart should know. */
const ofKubernetes: Schema = { type: 'object' };
const quantities: Schema = { type: 'object', additionalProperties: { type: ['string', 'number'] } };
const resources = closed({ requests: quantities, limits: quantities });
const image = { repository: word, tag: words, digest: form('^(sha256:[0-9a-f]{64})?$') };
const interval = form('^[0-9]+(ms|s|m)$');
const hours = form('^([0-9]+h)?([0-9]+m)?([0-9]+s)?$');
const address = form('^https?://[^ ]*[^ /]$');
const monitor = { enabled: flag, labels: texts };
const placement = { nodeSelector: texts, tolerations: listOf(ofKubernetes), affinity: ofKubernetes };

/** A part of the configuration that the chart writes: a template says what to set instead. */
const writtenByChart = ['redis', 'listen', 'api', 'vantages'] as const;

/** Without what an editor shows: Helm only judges. */
function bare(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(bare);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key]) => key !== 'default' && key !== 'examples');
  return Object.fromEntries(kept.map(([key, value]) => [key, bare(value)]));
}

/** The content of fedmon.yaml, judged by the schema of fedmon itself. What is missing is said by a template, more clearly. */
function configSchema(): Schema {
  const { properties } = bare(JSON.parse(jsonSchema())) as { properties: Record<string, Schema> };
  const identity = Object.entries(properties['identity'] ?? {}).filter(([key]) => key !== 'required');
  const open = Object.fromEntries(writtenByChart.map((each) => [each, {}]));
  return closed({ ...properties, identity: Object.fromEntries(identity), ...open });
}

const roles = {
  allInOne: flag,
  scheduler: closed({ replicas: whole(0, 100), resources }),
  worker: closed({
    replicas: whole(0, 1000),
    resources,
    autoscaling: closed({
      enabled: flag,
      minReplicas: whole(1, 1000),
      maxReplicas: whole(1, 1000),
      prometheusAddress: address,
      waitSeconds: whole(1, 3600),
      pollingInterval: whole(1, 3600),
    }),
  }),
  // Two would be scraped as one target and contradict each other.
  exporter: closed({ replicas: whole(0, 1), resources }),
  vantages: listOf(
    closed(
      { name: form('^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$'), replicas: whole(0, 1000), resources, ...placement },
      { required: ['name'] },
    ),
    { maxItems: 16 },
  ),
  quorum: whole(0, 16),
};

const store = {
  redis: closed({
    url: form('^(rediss?://.+)?$'),
    existingSecret: words,
    passwordKey: word,
    urlKey: words,
    prefix: form('^\\{[A-Za-z0-9_.-]{1,60}\\}$'),
    ca: closed({ existingSecret: words, existingConfigMap: words, key: word }),
    sentinel: closed({
      hosts: listOf(word, { maxItems: 9 }),
      master: word,
      existingSecret: words,
      passwordKey: word,
    }),
  }),
  valkey: closed({
    enabled: flag,
    image: closed(image),
    existingSecret: words,
    passwordKey: word,
    maxmemory: form('^[0-9]+(kb|mb|gb)$'),
    persistence: closed({ enabled: flag, size: form('^[0-9]+(Mi|Gi|Ti)$'), storageClassName: words }),
    resources,
  }),
};

const identity = {
  clientCertificate: closed({
    existingSecret: words,
    certManager: closed({
      enabled: flag,
      issuerRef: closed({ name: word, kind: word, group: word }),
      dnsNames: listOf(word),
      duration: hours,
      renewBefore: hours,
      usages: listOf(word, { minItems: 1 }),
      privateKey: closed({ algorithm: { enum: ['RSA', 'ECDSA'] }, size: whole(256, 8192) }),
    }),
  }),
  api: closed({ existingSecret: words, tokenKey: word }),
};

const share: Schema = { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 };
/** What the rules are made with, as `mistakesIn` judges it. */
const ruleSettings = {
  job: form('^[A-Za-z0-9_./-]+$'),
  alertLabels: { ...texts, propertyNames: { pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$', not: { enum: ownLabels } } },
  objectives: {
    type: 'object',
    propertyNames: { pattern: '^[^\'"\\\\\\n]+$' },
    additionalProperties: { type: ['number', 'null'], minimum: leastObjective, exclusiveMaximum: 1 },
  },
  thresholds: closed(
    Object.fromEntries(
      Object.keys(defaultSettings.thresholds).map((name) => [
        name,
        name === 'manyAtLeast' ? { type: 'integer', minimum: 1 } : share,
      ]),
    ),
  ),
};

const monitoring = {
  serviceMonitor: closed({ ...monitor, interval, scrapeTimeout: interval }),
  podMonitor: closed({ ...monitor, interval, scrapeTimeout: interval }),
  prometheusRule: closed({ ...monitor, runbookUrl: address, grafanaUrl: address, ...ruleSettings }),
  dashboards: closed({ ...monitor, annotations: texts }),
};

const around = {
  service: closed({ type: { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] }, port, annotations: texts }),
  networkPolicy: closed({
    enabled: flag,
    ingressFrom: listOf(ofKubernetes),
    redisPort: whole(0, 65_535),
    partnerPorts: listOf(port, { minItems: 1 }),
    extraEgress: listOf(ofKubernetes),
  }),
  podDisruptionBudget: closed({ enabled: flag }),
  topologySpread: closed({ enabled: flag }),
  resources,
  terminationGracePeriodSeconds: whole(0, 3600),
  listenAddress: form('^([0-9.]+|\\[[0-9a-fA-F:]+\\])$'),
  podAnnotations: texts,
  podLabels: texts,
  priorityClassName: words,
  ...placement,
  extraVolumes: listOf({ type: 'object', required: ['name'] }),
  extraVolumeMounts: listOf({ type: 'object', required: ['name', 'mountPath'] }),
};

/** The schema of the chart's values: what is not named is refused, everywhere but in what Kubernetes defines. */
export function valuesSchema(): string {
  const properties = {
    global: { type: 'object' },
    image: closed({ ...image, pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] } }),
    imagePullSecrets: listOf(closed({ name: word }, { required: ['name'] })),
    nameOverride: words,
    fullnameOverride: words,
    ...roles,
    ...store,
    config: configSchema(),
    ...identity,
    ...monitoring,
    ...around,
  };
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the fedmon chart',
    ...closed(properties),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
