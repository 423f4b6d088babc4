import type { Acceptance } from '../federation/accept.ts';
import { learnedFrom, type Baseline } from '../federation/baseline.ts';
import { targetName } from '../federation/sight.ts';
import { baselineRow } from '../http/baseline-row.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';
import { clean, paintFor } from './paint.ts';
import { driftInWords } from './render-changes.ts';
import { instantInWords } from './shown.ts';
import { labelled } from './words.ts';

const schema = 'fedmon.baseline/1';
const labelWidth = 13;

/** `baseline show --json`. */
export function baselineObject(domain: string, baseline: Baseline | null) {
  return { schema, domain, baseline: baseline === null ? null : baselineRow(baseline) };
}

/** `baseline accept --json`: what is expected now, and what was accepted. */
export function acceptanceObject({ baseline, accepted }: Acceptance) {
  return { ...baselineObject(baseline.domain, baseline), accepted };
}

type Screen = Pick<Io, 'colour' | 'columns'>;
const widthOf = ({ columns }: Screen): number => Math.max(60, Math.min(columns ?? 100, 120));

/** `baseline show` for a person. */
export function renderBaseline(domain: string, baseline: Baseline | null, io: Screen): string {
  const paint = paintFor(io.colour);
  if (baseline === null) {
    return `Nothing is expected of ${domain} yet: it is learned from the first ${String(learnedFrom)} examinations that prove it to work.\n`;
  }
  const { learned, since, acceptedAt, hosts, certificates, deviations } = clean(baselineRow(baseline));
  const row = (label: string, text: string): readonly string[] => labelled(label, text, 2, widthOf(io), labelWidth);
  const progress = `being learned, ${String(baseline.examinations)} of ${String(learnedFrom)} examinations so far`;
  return `${[
    paint.strong(`Expected of ${domain}`),
    ...row('Learned', learned ? instantInWords(since) : progress),
    ...(acceptedAt === null ? [] : row('Accepted', instantInWords(acceptedAt))),
    ...baseline.targets.flatMap((each) => row('Target', `${targetName(each)}, priority ${String(each.priority)}`)),
    ...hosts.flatMap(({ host, addresses }) => row('Addresses', `${host}: ${addresses.join(', ')}`)),
    ...certificates.flatMap(({ endpoint, issuer, names, notAfter }) =>
      row(
        'Certificate',
        `${endpoint}: by ${issuer}; for ${names?.join(', ') ?? 'more names than are compared'}; valid until ${notAfter.slice(0, 10)}`,
      ),
    ),
    ...(deviations.length === 0 ? row('Otherwise', 'nothing') : []),
    ...deviations.flatMap((each) =>
      row('Otherwise', `${paint.warning(driftInWords(each))}, since ${instantInWords(each.since)}`),
    ),
    ...(deviations.length === 0 ? [] : row('Next', `${commandName()} baseline accept ${domain}, when it is meant`)),
  ].join('\n')}\n`;
}

/** `baseline accept` for a person. */
export function renderAcceptance({ baseline, accepted }: Acceptance, io: Screen): string {
  const paint = paintFor(io.colour);
  const { domain, targets } = baseline;
  const now = clean(targets).map(targetName).join(', ');
  const head = accepted.length === 0 ? `${domain} was as expected already` : `Expected of ${domain} from now on`;
  const row = (label: string, text: string): readonly string[] => labelled(label, text, 2, widthOf(io), labelWidth);
  return `${[
    paint.strong(head),
    ...clean(accepted).flatMap((each) => row('Accepted', driftInWords(each))),
    ...row('Targets', now === '' ? 'none' : now),
    ...(accepted.length === 0 ? [] : row('Next', 'the published state follows with the next examinations')),
  ].join('\n')}\n`;
}
