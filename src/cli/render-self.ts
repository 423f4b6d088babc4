import type { OwnCertificateRow, OwnWord, SelfReport, Verdict } from '../probe/self.ts';
import { clean, type Paint } from './paint.ts';
import { instantInWords } from './shown.ts';
import { labelled } from './words.ts';

const verdicts: Readonly<
  Record<Verdict, { readonly word: string; readonly says: string; readonly paint: keyof Paint }>
> = {
  admitted: {
    word: 'in order',
    says: 'A partner that looks up our domain would reach our edge and admit us; its own list of partners aside.',
    paint: 'good',
  },
  doubtful: {
    word: 'in doubt',
    says: 'Most partners would admit us. What is listed here makes some of them refuse, or will soon.',
    paint: 'warning',
  },
  not_proven: {
    word: 'not proven',
    says: 'Nothing speaks against us, but not everything could be seen from here.',
    paint: 'faint',
  },
  refused: {
    word: 'would be refused',
    says: 'A partner would refuse us, or not reach us. The causes are on our side.',
    paint: 'bad',
  },
};

const colours = { fail: 'bad', warn: 'warning', unproven: 'faint', note: 'faint' } as const;
const marks = { fail: '✗', warn: '!', unproven: '·', note: '·' } as const;

function findingLines(word: OwnWord, domain: string, paint: Paint, width: number): readonly string[] {
  const mark = paint[colours[word.severity]](marks[word.severity]);
  const about = word.subject === domain ? '' : ` (${word.subject})`;
  return [
    `  ${mark} ${word.title}${about}`,
    ...labelled('Why', word.summary, 4, width),
    ...labelled('Side', word.side, 4, width),
    ...labelled('Next', word.action, 4, width),
    ...labelled('More', word.runbook, 4, width),
  ];
}

function certificateLine({ name, names, notAfter, held }: OwnCertificateRow): string {
  if (notAfter === null) return `${name}: cannot be read`;
  const said = names.length === 0 ? 'no DNS name' : names.slice(0, 5).join(', ');
  const other = held ? '' : '; shown in another name, so not held against this SRV record';
  return `${name}: ${said}; until ${notAfter.slice(0, 10)}${other}`;
}

function targetWords({ targets, examination }: SelfReport): string {
  if (targets === null) return 'not known: DNS did not answer';
  if (targets.length === 0) return 'none';
  const from = examination.route.pinned ? ' (as --route or the config says, not looked up)' : '';
  return `${targets.slice(0, 5).join(', ')}${from}`;
}

/** Our own domain as a partner would see it, for a person: what would be refused and why, then what was looked at. Pure. */
export function renderSelf(unsafe: SelfReport, { paint, columns }: { paint: Paint; columns: number | null }): string {
  const report = clean(unsafe);
  const width = Math.max(60, Math.min(columns ?? 100, 120));
  const { word, says, paint: colour } = verdicts[report.verdict];
  const shown = report.certificates.flatMap((each, at) =>
    labelled(at === 0 ? 'We show' : '', certificateLine(each), 2, width, 10),
  );
  const lines = [
    `${paint.strong(report.domain)}  ${paint[colour](word)}`,
    paint.faint(
      `  our own domain as a partner sees it, from ${report.examination.vantage}, ${instantInWords(report.at)}`,
    ),
    ...labelled('Verdict', says, 2, width, 10),
    ...labelled('SRV', targetWords(report), 2, width, 10),
    ...shown,
    ...(report.findings.length === 0 ? [] : ['']),
    ...report.findings.flatMap((each) => findingLines(each, report.domain, paint, width)),
  ];
  return `${lines.join('\n')}\n`;
}
