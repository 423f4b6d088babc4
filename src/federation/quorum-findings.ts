import { catalogue, type Finding } from './finding.ts';
import type { Vote } from './vantage.ts';

/** Findings that need more than one vantage to see. */
export const quorumFindings = catalogue({
  vantages_disagree: {
    severity: 'warn',
    layer: 'tcp',
    side: 'path',
    confidence: 'likely',
    state: 'degraded',
    title: 'It works from some vantages and not from others',
    says: (args: { works: number; of: number; from: string; code: string }) =>
      `${String(args.works)} of ${String(args.of)} vantages find it working; ${args.from} does not: ${args.code}.`,
    means:
      'Too few places see the partner broken to say that it is. What differs is the way to it: a network between, our own rules at that place, or a partner that does not let its address in. People whose traffic leaves from there are affected.',
    action:
      'See what the failing vantage found (fedmon partners show DOMAIN --vantage NAME) and compare the first step that differs; run fedmon check DOMAIN --trace there. Look at resolver, routing and firewall of the failing place first; if many partners fail from there, it is that place.',
    ask: {
      none: 'It answers from elsewhere, so the way there is looked at first. Only when that is sound, ask whether the address of the failing place is let in.',
    },
  },
});

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;

/** The finding of a partner that works by most and not by all; at the layer that breaks for the others. */
export function disagreement(votes: readonly Vote[], broken: readonly Finding[]): Finding {
  const against = votes.filter(({ says }) => says === 'broken');
  const works = votes.filter(({ says }) => says === 'works').length;
  const codes = [...new Set(against.map(({ code, state }) => code ?? state ?? 'unknown'))];
  const made = quorumFindings.make('vantages_disagree', {
    works,
    of: works + against.length,
    from: listed(against.map(({ vantage }) => vantage)),
    code: codes.join(', '),
  });
  const [first] = broken;
  return first === undefined ? made : { ...made, layer: first.layer };
}
