import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { parse } from 'yaml';
import { paced } from '../../../src/alert/pace.ts';
import { renderRules } from '../../../src/alert/render.ts';
import { alertmanagerProgram } from '../../lab/alertmanager.ts';
import { needs } from '../../lab/debian.ts';
import { freePort } from '../../lab/ports.ts';
import { startProcess } from '../../lab/process.ts';
import { eventually, json } from '../service.ts';

/** A second stands for a minute. */
export const pace = 1 / 60;

/** One alert in a notification, without what differs from run to run. */
export interface NotifiedAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** What Alertmanager sent to a receiver. */
export interface Notification {
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly NotifiedAlert[];
  /** When it came, epoch milliseconds. */
  readonly atMs: number;
}

/** A Prometheus and an Alertmanager with our rules and our routes, and the receiver they notify. */
export interface Monitoring {
  readonly prometheus: string;
  readonly alertmanager: string;
  /** Everything that was sent about a job so far, the watchdog left out. */
  about(job: string): readonly Notification[];
  /** How often the watchdog arrived. */
  watchdogs(): number;
  /** The last lines of both programs. */
  lastLines(): string;
  stop(): Promise<void>;
}

interface Target {
  readonly job: string;
  readonly targets: readonly string[];
}

interface Route {
  readonly routes?: readonly Route[];
  readonly [setting: string]: unknown;
}

/**
 * A route with its times multiplied. Groups wait twice as long: what partners share is looked for every 15 s at most, which is a
 * part of the wait in service, and every interval here.
 */
function faster(route: Route): Route {
  const times = ['group_wait', 'group_interval', 'repeat_interval'].flatMap((name) => {
    const time = route[name];
    const factor = name === 'group_wait' ? 2 * pace : pace;
    return typeof time === 'string' && time !== '0s' ? [[name, paced(time, factor)] as const] : [];
  });
  const routes = route.routes === undefined ? {} : { routes: route.routes.map(faster) };
  return { ...route, ...Object.fromEntries(times), ...routes };
}

/** The snippet as it is committed, with a webhook for each receiver. */
function alertmanagerConfig(url: string): object {
  const text = readFileSync(join(import.meta.dirname, '../../../src/alert/alertmanager.yaml'), 'utf8');
  const config = parse(text) as { route: Route; receivers: readonly { name: string }[] };
  const webhook = { webhook_configs: [{ url, send_resolved: true }] };
  // Nobody is told of what only holds others back.
  const receivers = config.receivers.map(({ name }) => ({ name, ...(name === 'fedmon-nobody' ? {} : webhook) }));
  return { ...config, route: faster(config.route), receivers };
}

/**
 * The rules in fast motion. The scheduler looks every second here as in service, where 180 looks must be left out before
 * it is told: three of them are left out by a busy machine, so it is thirty.
 */
function fastRules(): string {
  const rules = renderRules({ pace });
  const scheduler = /(fedmon_scheduler_last_fire_timestamp_seconds\[1m\]\)\) >) 3$/m;
  assert.match(rules, scheduler);
  return rules.replace(scheduler, '$1 30');
}

async function startReceiver() {
  const received: Notification[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      received.push({ ...(JSON.parse(text) as Omit<Notification, 'atMs'>), atMs: Date.now() });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { received, url: `http://127.0.0.1:${String(port)}/`, stop };
}

/** Null: the test was skipped because the programs are not there. The job `fedmon` must be among the targets. */
export async function startMonitoring(t: TestContext, targets: readonly Target[]): Promise<Monitoring | null> {
  const tools = await needs(t, 'prometheus', 'alertmanager');
  if (tools === null) return null;
  const [prometheus, alertmanager] = tools;
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-monitoring-'));
  const file = (name: string, content: object | string): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const receiver = await startReceiver();
  const [alertsAt, metricsAt] = [`127.0.0.1:${String(await freePort())}`, `127.0.0.1:${String(await freePort())}`];
  const program = alertmanagerProgram(alertmanager, folder);
  const alerts = await startProcess({
    name: 'alertmanager',
    command: program.path,
    env: alertmanager.env,
    ...(program.cwd === undefined ? {} : { cwd: program.cwd }),
    logFile: join(folder, 'alertmanager.log'),
    args: [
      `--config.file=${file('alertmanager.yml', alertmanagerConfig(receiver.url))}`,
      `--storage.path=${join(folder, 'alerts')}`,
      `--web.listen-address=${alertsAt}`,
      '--cluster.listen-address=',
    ],
  });
  const rules = file('fedmon.rules.yaml', fastRules());
  const configWith = (ruleFiles: readonly string[]): object => ({
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ruleFiles,
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertsAt] }] }] },
    scrape_configs: targets.map(({ job, targets: hosts }) => ({
      job_name: job,
      static_configs: [{ targets: hosts }],
    })),
  });
  const metrics = await startProcess({
    name: 'prometheus',
    command: prometheus.path,
    env: prometheus.env,
    logFile: join(folder, 'prometheus.log'),
    args: [
      `--config.file=${file('prometheus.yml', configWith([]))}`,
      `--storage.tsdb.path=${join(folder, 'tsdb')}`,
      `--web.listen-address=${metricsAt}`,
      '--rules.alert.resend-delay=1s',
    ],
  });
  // Prometheus scrapes from its sixth second on; with rules before that, fedmon would be absent for five minutes.
  const upUrl = `http://${metricsAt}/api/v1/query?query=${encodeURIComponent('count(up == 1)')}`;
  const wanted = targets.reduce((sum, { targets: hosts }) => sum + hosts.length, 0);
  const ups = async (): Promise<number> => {
    const answer = (await json(upUrl)) as { data: { result: readonly { value: readonly [number, string] }[] } };
    return Number(answer.data.result[0]?.value[1] ?? 0);
  };
  await eventually(40_000, ups, (count) => count === wanted);
  file('prometheus.yml', configWith([rules]));
  metrics.kill('SIGHUP');
  const isWatchdog = ({ receiver: name }: Notification): boolean => name === 'fedmon-dead-mans-switch';
  return {
    prometheus: `http://${metricsAt}`,
    alertmanager: `http://${alertsAt}`,
    about: (job) => receiver.received.filter((each) => !isWatchdog(each) && each.groupLabels['job'] === job),
    watchdogs: () => receiver.received.filter(isWatchdog).length,
    lastLines: () => [metrics, alerts].map((each) => each.lastLines(5)).join('\n'),
    async stop() {
      await Promise.all([metrics.stop(), alerts.stop()]);
      await receiver.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
