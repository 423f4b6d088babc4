import { halfHourMs, halfHoursOf, type Day, type HalfHour } from '../federation/day.ts';
import { html, type Html } from './html.ts';
import { count, stateWords, utc } from './words.ts';

/** A bar says by its height and by its colour how bad it was. */
const heights: Readonly<Record<string, number>> = {
  healthy: 10,
  degraded: 18,
  unknown: 14,
  misconfigured: 26,
  refused: 28,
  unreachable: 30,
};
const [barWidth, tallest] = [10, 32];

function bar({ fromMs, state }: HalfHour, at: number): Html {
  const height = state === null ? 2 : (heights[state] ?? 2);
  const word = state === null ? 'not examined' : stateWords[state].word.toLowerCase();
  const until = utc(fromMs + halfHourMs).slice(11, 16);
  return html`<rect
    class="${state ?? 'nobody'}"
    x="${at * barWidth}"
    y="${tallest - height}"
    width="${barWidth - 2}"
    height="${height}"
    ><title>${utc(fromMs).slice(0, 16)} to ${until}: ${word}</title></rect
  >`;
}

/** How often each state was the worst of a half hour, for those who do not see the bars. */
function inWords(all: readonly HalfHour[]): string {
  const states = [...new Set(all.map(({ state }) => state))].filter((state) => state !== null);
  const counted = states.map(
    (state) =>
      `${count(all.filter((each) => each.state === state).length, 'half hour', 'half hours')} ${stateWords[state].word.toLowerCase()}`,
  );
  return counted.length === 0 ? 'nothing was examined' : counted.join(', ');
}

/** The last day in bars of half an hour, the worst finding of each. Null while nothing was examined. */
export function dayView(day: Day | undefined, nowMs: number): Html | null {
  if (day === undefined) return null;
  const all = halfHoursOf(day, nowMs);
  return html`<h2>The last day</h2>
    <svg
      class="day"
      viewBox="0 0 ${all.length * barWidth} ${tallest}"
      preserveAspectRatio="none"
      role="img"
      aria-labelledby="day-words"
    >
      ${all.map(bar)}
    </svg>
    <p class="quiet" id="day-words">
      What single examinations found, the worst of each half hour, from ${utc(all[0]?.fromMs ?? nowMs).slice(0, 16)} on:
      ${inWords(all)}.
    </p>`;
}
