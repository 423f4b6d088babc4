import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rankAsState, stateAsColour, stateColour } from '../../dashboards/src/colours.ts';
import { boards } from '../../dashboards/src/boards.ts';
import { partnerStates, stateRank, type PartnerState } from '../../src/federation/state.ts';
import { pageStyle } from '../../src/http/page-style.ts';

/** Hue in degrees, and how much of it there is, 0 to 1. */
function hueOf(hex: string): { readonly hue: number; readonly saturation: number } {
  const [r = 0, g = 0, b = 0] = (/^#(..)(..)(..)$/.exec(hex) ?? []).slice(1).map((part) => parseInt(part, 16) / 255);
  const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
  const span = most - least;
  const sector = most === r ? ((g - b) / span + 6) % 6 : most === g ? (b - r) / span + 2 : (r - g) / span + 4;
  const light = (most + least) / 2;
  return { hue: span === 0 ? 0 : sector * 60, saturation: span === 0 ? 0 : span / (1 - Math.abs(2 * light - 1)) };
}

/** The colours in which the page writes a state, on a light and on a dark ground. */
function onPage(state: PartnerState): readonly string[] {
  const rule = new RegExp(`^[^{}@]*\\.${state}(?=[ ,])[^{}]*\\{ color: var\\(--(\\w+)\\);`, 'm').exec(pageStyle);
  assert.ok(rule?.[1] !== undefined, `the page has no colour for ${state}`);
  return Array.from(pageStyle.matchAll(new RegExp(`--${rule[1]}: (#[0-9a-f]{6});`, 'g')), ([, hex = '']) => hex);
}

const far = (a: number, b: number): number => Math.min(Math.abs(a - b), 360 - Math.abs(a - b));

describe('colours of the states', () => {
  for (const state of partnerStates) {
    it(`${state} has the hue of the page, which is grey for what is not known`, () => {
      const here = hueOf(stateColour[state]);
      const there = onPage(state);
      assert.equal(there.length, 2, 'light and dark');
      for (const hex of there) {
        const { hue, saturation } = hueOf(hex);
        assert.equal(here.saturation < 0.2, saturation < 0.2, `${hex} and ${stateColour[state]}: one is grey`);
        assert.ok(far(here.hue, hue) <= 10, `${hex} has ${String(hue)}°, ${stateColour[state]} ${String(here.hue)}°`);
      }
    });
  }

  it('tell every state from every other', () => {
    assert.equal(new Set(Object.values(stateColour)).size, partnerStates.length);
  });

  it('are those of the words and of the ranks, for each state', () => {
    const shown = ({ options }: typeof rankAsState, value: string): unknown =>
      (options as Record<string, { readonly text: string; readonly color: string }>)[value];
    for (const state of partnerStates) {
      const wanted = { text: state, color: stateColour[state] };
      assert.partialDeepStrictEqual(shown(stateAsColour, state), wanted);
      assert.partialDeepStrictEqual(shown(rankAsState, String(stateRank[state])), wanted);
    }
  });

  it('are the only ones on the dashboards: no name of a colour that Grafana would draw in its own hue', () => {
    for (const make of Object.values(boards)) {
      const names = JSON.stringify(make()).match(/"(?:color|fixedColor)":"[^"]+"/g) ?? [];
      assert.deepEqual(
        names.filter((each) => !/":"#[0-9a-f]{6}"$/.test(each)),
        [],
      );
      assert.ok(names.length > 0);
    }
  });
});
