import { voteWords, type VoteWord } from '../federation/vantage.ts';
import type { Sample } from '../probe/probe.ts';
import type { PartnerSnapshot } from '../store/snapshot.ts';
import { freshStanding } from './project-partner.ts';
import { sample, seconds } from './sample.ts';

interface Tallied {
  readonly votes: Map<VoteWord, number>;
  lastMs: number | null;
}

/** Every series about the vantages, from what the published standings were made of; none where there is one vantage. */
export function projectVantages(partners: readonly PartnerSnapshot[], nowMs: number): readonly Sample[] {
  const vantages = new Map<string, Tallied>();
  for (const partner of partners) {
    // Nobody has put a stale one together again, so nobody looked.
    const stale = freshStanding(partner, nowMs) === null;
    for (const { vantage, says, examinedMs } of partner.published.standing?.ballot?.votes ?? []) {
      const of = vantages.get(vantage) ?? { votes: new Map<VoteWord, number>(), lastMs: null };
      vantages.set(vantage, of);
      const vote = stale ? 'silent' : says;
      of.votes.set(vote, (of.votes.get(vote) ?? 0) + 1);
      if (examinedMs !== null) of.lastMs = Math.max(of.lastMs ?? examinedMs, examinedMs);
    }
  }
  return [...vantages].flatMap(([vantage, { votes, lastMs }]) => [
    ...voteWords.map((vote) => sample('fedmon_vantage_partners', { vantage, vote }, votes.get(vote) ?? 0)),
    ...(lastMs === null ? [] : [sample('fedmon_vantage_last_result_timestamp_seconds', { vantage }, seconds(lastMs))]),
  ]);
}
