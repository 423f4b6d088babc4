import { InvalidArgumentError, type Command } from 'commander';
import type { Listen } from '../config/config.ts';
import { formatHostPort } from '../config/endpoint.ts';
import { configPath, placesInWords } from './config-place.ts';
import { exit } from './exit.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';
import { printable } from '../federation/failure.ts';

const roles = ['exporter', 'scheduler', 'worker'] as const;
type Role = (typeof roles)[number];

/** How long a service may take to answer, milliseconds; and of its answer so many characters are shown. */
const limits = { answerMs: 5_000, shown: 500 } as const;

const examples = `Examples:
  ${commandName()} health
  ${commandName()} health --ready --role worker
  FEDMON_LISTEN=127.0.0.1:9464 ${commandName()} health
`;

function aRole(text: string): Role {
  const role = roles.find((each) => each === text);
  if (role === undefined) throw new InvalidArgumentError(`Expected one of ${roles.join(', ')}.`);
  return role;
}

/** What one address says: null when nobody listens there, true when all is well, else why not. */
type Answer = true | string | null;

/** An address that takes connections from everywhere is asked on the loopback. */
function reachable({ host, port }: Listen): Listen {
  if (host === '0.0.0.0') return { host: '127.0.0.1', port };
  return host === '::' ? { host: '::1', port } : { host, port };
}

async function ask({ host, port }: Listen, path: string): Promise<Answer> {
  // Loaded here, not above: it brings a web client along that every other command would wait for.
  const { get } = await import('node:http');
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      resolve(error.code === 'ECONNREFUSED' ? null : printable(error.message, limits.shown));
    };
    const request = get({ host, port, path, agent: false, timeout: limits.answerMs }, (response) => {
      let text = '';
      response.on('error', failed);
      response.setEncoding('utf8');
      response.on('data', (more: string) => {
        if (text.length < limits.shown) text += more;
      });
      response.on('end', () => {
        const reason = printable(text.trim(), limits.shown);
        resolve(response.statusCode === 200 ? true : `answers ${String(response.statusCode)}: ${reason}`);
      });
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${String(limits.answerMs / 1000)} s`)));
    request.on('error', failed);
  });
}

/** `fedmon health`: asks the service of this machine or container how it is, for whoever has no curl. */
export function addHealth(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('health')
    .summary('whether the service that runs here is well')
    .description(
      'Asks the service where it listens: FEDMON_LISTEN, else listen of the configuration. Without --role whoever of the three answers is asked; exit code 1 when one is not well or none answers.',
    )
    .addHelpText('before', examples)
    .showHelpAfterError(`Type: ${commandName()} health --help`)
    .option('--role <role>', `ask this one only: ${roles.join(', ')}`, aRole)
    .option('--ready', 'whether it can do its work now, not only whether it should be restarted')
    .option('--config <file>', `the configuration (default: FEDMON_CONFIG, ${placesInWords})`)
    .action(async (flags: { readonly role?: Role; readonly ready?: true; readonly config?: string }) => {
      const { readListen } = await import('../config/listen.ts');
      const listens = readListen(io.env, () => configPath(flags.config, io));
      const asked = (flags.role === undefined ? roles : [flags.role]).map((role) => reachable(listens[role]));
      const places = [...new Map(asked.map((each) => [formatHostPort(each.host, each.port), each]))];
      const path = flags.ready === true ? '/-/ready' : '/-/healthy';
      const answers = await Promise.all(places.map(async ([name, at]) => [name, await ask(at, path)] as const));
      const heard = answers.filter(([, answer]) => answer !== null);
      for (const [name, answer] of heard) {
        if (answer === true) io.out(`${name} is well\n`);
        else io.err(`fedmon: ${name} ${String(answer)}\n`);
      }
      if (heard.length === 0) io.err(`fedmon: nothing listens on ${places.map(([name]) => name).join(', ')}.\n`);
      done(heard.length > 0 && heard.every(([, answer]) => answer === true) ? exit.pass : exit.fails);
    });
}
