import type { ShownCause } from '../federation/cause/shown.ts';
import type { Sample } from '../probe/probe.ts';
import { causeReport } from '../probe/report.ts';
import { issuerName } from './issuer.ts';
import { sample, seconds } from './sample.ts';

/** What is shared, as a label: authorities by the closed list; names from DNS are checked again here. Empty: not shown. */
function nameLabel({ kind, name }: ShownCause): string {
  if (kind === 'issuer') return issuerName(name);
  return /^[\w .:()[\],/-]{1,300}$/.test(name) ? name : '';
}

/** So many members are in one part. */
const membersAtOnce = 500;

/** Every series about one shared cause, in parts. While we do not see no partner has one: nothing is said of any. */
export function* projectCause(shown: ShownCause): Generator<readonly Sample[], void, undefined> {
  const { id: cause, kind, finding, sinceMs, members, step } = shown;
  const { code, side } = causeReport(finding);
  yield [
    sample('fedmon_cause_partners', { cause, kind }, members.length),
    sample('fedmon_cause_info', { cause, kind, code, side, name: nameLabel(shown) }, 1),
    sample('fedmon_cause_since_timestamp_seconds', { cause }, seconds(sinceMs)),
    sample('fedmon_cause_doublings', { cause, kind }, step),
  ];
  if (kind === 'canary') return;
  for (let at = 0; at < members.length; at += membersAtOnce)
    yield members
      .slice(at, at + membersAtOnce)
      .map((partner) => sample('fedmon_partner_shared_cause_info', { partner, cause, kind }, 1));
}
