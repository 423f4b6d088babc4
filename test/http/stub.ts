import type { HttpOptions } from '../../src/http/server.ts';
import type { Views } from '../../src/http/view.ts';
import type { Snapshot } from '../../src/store/snapshot.ts';
import { writer } from '../federation/samples.ts';

/** Views of this reading, seen from here-1; without events, ledger and configuration unless told. */
export function viewsOf(snapshot: Snapshot | (() => Snapshot), change: Partial<Views> = {}): Views {
  return {
    vantage: 'here-1',
    writer,
    snapshot: () => Promise.resolve(typeof snapshot === 'function' ? snapshot() : snapshot),
    events: () => Promise.resolve([]),
    ledger: () => Promise.resolve(null),
    config: () => '',
    ...change,
  };
}

/** What a server in good health is made with: no metrics, and these views. */
export function serving(views: Views, change: Partial<HttpOptions> = {}): HttpOptions {
  return {
    metrics: () => Promise.resolve(''),
    healthy: () => true,
    ready: () => Promise.resolve(true),
    views,
    ...change,
  };
}
