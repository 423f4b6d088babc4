import { anonymous } from '../config/defaults.ts';
import type { Config } from '../config/config.ts';
import type { CheckReport } from '../probe/report.ts';
import { selfReport, type SelfReport } from '../probe/self.ts';
import { exit, UsageError } from './exit.ts';
import type { Io } from './io.ts';
import { jsonLine, paintFor } from './paint.ts';
import { renderSelf } from './render-self.ts';

/** The domains that are ours: as named, else the one of our identity. UsageError when neither is there. */
export function ownDomains(named: readonly string[], { identity, file }: Pick<Config, 'identity' | 'file'>) {
  if (named.length > 0) return named;
  if (identity.domain !== anonymous.domain) return [identity.domain];
  const where = file === null ? 'there is no configuration' : `${file} does not set it`;
  throw new UsageError(
    `--self: identity.domain is not configured (${where}). Set it, or name our domain: check --self contoso.com.`,
  );
}

/** The certificates are shown in the name of the domain in question where they were named for it, or nobody's name is set. */
function inNameOf(domain: string, config: Config, certGiven: boolean): Config {
  if (!certGiven && config.identity.domain !== anonymous.domain) return config;
  return { ...config, identity: { ...config.identity, domain } };
}

/** Shows one report a domain, in order; the exit code counts doubts as passes, as `check` does. */
export async function showSelf(
  examinations: readonly CheckReport[],
  config: Config,
  { json, cert }: { readonly json?: true; readonly cert?: string },
  io: Io,
): Promise<number> {
  const { certificatesFor } = await import('../role/own-certificates.ts');
  const reports: SelfReport[] = [];
  for (const each of examinations) {
    const held = await certificatesFor(each.domain, inNameOf(each.domain, config, cert !== undefined));
    reports.push(selfReport(each, held, Date.now()));
  }
  io.progress(null);
  const options = { paint: paintFor(io.colour), columns: io.columns };
  if (json) for (const each of reports) io.out(jsonLine(each));
  else io.out(reports.map((each) => renderSelf(each, options)).join('\n'));
  return exitOfSelf(reports);
}

function exitOfSelf(reports: readonly SelfReport[]): number {
  if (reports.every(({ verdict }) => verdict === 'admitted' || verdict === 'doubtful')) return exit.pass;
  const blind = reports.every(
    ({ verdict, examination }) =>
      verdict === 'not_proven' && !examination.steps.some(({ failure }) => failure === null),
  );
  return blind ? exit.couldNotRun : exit.fails;
}
