import type { Published } from '../federation/published.ts';
import { countVotes, type Ballot, type Vote, type VoteWord } from '../federation/vantage.ts';

/** What a vantage says, for a person. */
export const votePhrases: Readonly<Record<VoteWord, string>> = {
  works: 'works',
  broken: 'broken',
  unproven: 'could not tell',
  blind: 'does not see',
  silent: 'no fresh result',
};

const listed = (votes: readonly Vote[]): string => votes.map(({ vantage }) => vantage).join(', ');

function reasons(votes: readonly Vote[]): string {
  const codes = [...new Set(votes.map(({ code, state }) => code ?? state ?? 'unknown'))];
  return codes.join(', ');
}

/** `2 of 3 vantages find it working; nyc-1 does not: tcp_silent.` And who does not count, and why. */
export function vantagesInWords({ quorum, votes }: Ballot): string {
  const { of, works, broken, needed } = countVotes({ quorum, votes });
  const saying = (word: VoteWord): readonly Vote[] => votes.filter(({ says }) => says === word);
  const [good, bad] = [saying('works'), saying('broken')];
  const count = (number: number): string =>
    `${String(number)} of ${String(of)} ${of === 1 ? 'vantage' : 'vantages'} ${number === 1 ? 'finds' : 'find'} it`;
  const main = (): string => {
    if (of === 0) return 'No vantage can tell.';
    if (broken >= needed) {
      const others = works === 0 ? '' : `; ${listed(good)} ${works === 1 ? 'does' : 'do'} not`;
      return `${count(broken)} broken: ${reasons(bad)}${others}.`;
    }
    const others = broken === 0 ? '' : `; ${listed(bad)} ${broken === 1 ? 'does' : 'do'} not: ${reasons(bad)}`;
    return `${count(works)} working${others}.`;
  };
  const absent = (['unproven', 'blind', 'silent'] as const).map((word) => {
    const who = saying(word);
    return who.length === 0 ? '' : ` Not counted: ${listed(who)} (${votePhrases[word]}).`;
  });
  return main() + absent.join('');
}

/** What a partner's vantages say now: nobody speaks of one that was not examined in time, or while none sees. */
export function ballotOf({ standing, reason }: Published): Ballot | undefined {
  const ballot = standing?.ballot;
  if (ballot === undefined || (reason !== 'stale' && reason !== 'blind')) return ballot;
  const says = reason === 'stale' ? 'silent' : 'blind';
  return { ...ballot, votes: ballot.votes.map((vote) => ({ ...vote, says })) };
}

/** The ballot in JSON. */
export interface VantagesRow {
  readonly quorum: number;
  /** How many count: those that are fresh, see, and could tell. */
  readonly of: number;
  readonly works: number;
  readonly broken: number;
  /** Whose evidence is shown. */
  readonly shownFrom: string;
  readonly says: string;
  readonly votes: readonly {
    readonly vantage: string;
    readonly says: VoteWord;
    readonly state: string | null;
    readonly code: string | null;
    readonly summary: string | null;
    readonly examined: string | null;
  }[];
}

export function vantagesRow(ballot: Ballot): VantagesRow {
  const { quorum, votes, shownFrom } = ballot;
  const { of, works, broken } = countVotes(ballot);
  return {
    quorum,
    of,
    works,
    broken,
    shownFrom,
    says: vantagesInWords(ballot),
    votes: votes.map(({ vantage, says, state, code, summary, examinedMs }) => {
      const examined = examinedMs === null ? null : new Date(examinedMs).toISOString();
      return { vantage, says, state, code, summary, examined };
    }),
  };
}
