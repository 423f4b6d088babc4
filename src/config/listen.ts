import type { Config } from './config.ts';
import { parseListen } from './endpoint.ts';
import { ConfigInvalid, type Mistake } from './mistake.ts';
import { parsed } from './mistakes-of.ts';
import { sections } from './schema.ts';
import { readYaml } from './yaml-file.ts';

type Listens = Config['listen'];

/** Where the process of this environment listens, whatever its roles; null when it does not say, or says nothing usable. */
function fromEnvironment(env: NodeJS.ProcessEnv, mistakes: Mistake[]): Listens | null {
  const text = env['FEDMON_LISTEN'];
  if (text === undefined) return null;
  const listen = parseListen(text);
  if (listen !== null) return { exporter: listen, scheduler: listen, worker: listen };
  const message = 'not an address and a port, expected one such as 127.0.0.1:9464';
  mistakes.push({ file: 'environment', line: 0, col: 0, path: 'FEDMON_LISTEN', message });
  return null;
}

/** Where each role listens. FEDMON_LISTEN goes before the file: a process has one server, so one address says it. */
export function listenOf(env: NodeJS.ProcessEnv, given: Listens | undefined, mistakes: Mistake[]): Listens {
  return fromEnvironment(env, mistakes) ?? given ?? sections.listen.parse(undefined);
}

/**
 * Where a service listens that runs by this environment and, where that does not say, by this file, whatever else the file
 * has wrong by now. Throws ConfigInvalid when that cannot be read from it.
 */
export function readListen(env: NodeJS.ProcessEnv, findFile: () => string): Listens {
  const mistakes: Mistake[] = [];
  const said = fromEnvironment(env, mistakes);
  if (said !== null) return said;
  if (mistakes.length > 0) throw new ConfigInvalid(mistakes);
  const read = readYaml(findFile());
  if (read.file === null) throw new ConfigInvalid(read.mistakes);
  const listen = parsed(read.file, ['listen'], sections.listen, mistakes);
  if (listen === null) throw new ConfigInvalid(mistakes);
  return listen;
}
