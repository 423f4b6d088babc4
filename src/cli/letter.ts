import { explain } from '../probe/registry.ts';
import { letterText, type Letter } from '../probe/letter.ts';
import type { PartnerState } from '../federation/state.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';

/** What a letter would be about. */
interface Occasion {
  readonly domain: string;
  readonly state: PartnerState;
  readonly cause: { readonly code: string; readonly letter: Letter | null } | null;
}

/** The command that prints the text for the partner's administrator; null when there is none. */
export function letterHint(letter: Letter | null, command: string): string | null {
  return letter === null ? null : `${commandName()} ${command} --letter`;
}

function whyNone({ cause, state }: Occasion): string {
  if (cause === null) return `its state is ${state}.`;
  const ask = explain(cause.code)?.ask;
  return ask === undefined || typeof ask === 'function' ? `${cause.code}.` : `${cause.code}. ${ask.none}`;
}

/** Prints letters as data, an empty line between two; for a partner without one it says to the person why. */
export function letterPrinter(io: Io): (occasion: Occasion) => void {
  let isFirst = true;
  return (occasion) => {
    const letter = occasion.cause?.letter ?? null;
    if (letter === null) io.err(`fedmon: ${occasion.domain}: nothing to send: ${whyNone(occasion)}\n`);
    else {
      io.out(`${isFirst ? '' : '\n'}${letterText(letter)}`);
      isFirst = false;
    }
  };
}
