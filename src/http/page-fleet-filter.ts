import type { ShownCause } from '../federation/cause/shown.ts';
import { layers } from '../federation/observation.ts';
import { explain } from '../probe/registry.ts';
import { providerOf, type PartnerSnapshot, type Snapshot } from '../store/snapshot.ts';
import { filterNames, type FleetFilter } from './fleet-filter.ts';
import { address, type FleetQuery } from './fleet-query.ts';
import { html, type Html } from './html.ts';
import { causingFinding } from './view.ts';
import { layerWords } from './words.ts';

/** So many findings are offered above the list, those of the most partners first. */
const mostFindings = 8;
/** A list of more values is no help: then the value is typed. */
const mostOptions = 50;

type Fleet = Pick<Snapshot, 'partners' | 'causes'>;
type Choice = Exclude<keyof FleetFilter, 'state' | 'search'>;

const choiceWords: Readonly<Record<Choice, string>> = {
  layer: 'Layer',
  code: 'Finding',
  tier: 'Tier',
  owner: 'Owner',
  provider: 'Provider',
  cause: 'Shared cause',
};
const choices = Object.keys(choiceWords) as readonly Choice[];

/** How a value is shown; what it is called in the address stays itself. */
function shown(choice: Choice, value: string, causes: readonly ShownCause[] = []): string {
  if (choice === 'cause') return causes.find(({ id }) => id === value)?.name ?? value;
  if (choice === 'code') return explain(value)?.title ?? value;
  const layer = choice === 'layer' ? layers.find((each) => each === value) : undefined;
  return layer === undefined ? value : layerWords[layer];
}

/** What is chosen beside a state, each with the way back. */
export function chosenView(query: FleetQuery, causes: readonly ShownCause[] | undefined): Html | null {
  const chosen = choices.flatMap((choice) => {
    const value = query[choice];
    return value === null ? [] : [{ choice, value }];
  });
  if (chosen.length === 0) return null;
  return html`<p>
    Only
    ${chosen.map(
      ({ choice, value }, at) =>
        html`${at === 0 ? '' : ' · '}${choiceWords[choice].toLowerCase()} <b>${shown(choice, value, causes)}</b>
          <a href="${address(query, { [choice]: null })}">show all of them</a>`,
    )}
  </p>`;
}

/** What is wrong with how many: one line instead of a long list. Nothing while there is one finding or none. */
export function findingsView(troubled: readonly PartnerSnapshot[], query: FleetQuery): Html | null {
  const counts = new Map<string, number>();
  for (const partner of troubled) {
    const code = causingFinding(partner)?.code;
    if (code !== undefined) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  if (counts.size < 2) return null;
  const most = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).slice(0, mostFindings);
  return html`<nav aria-label="Findings">
    <ul class="counts findings">
      ${most.map(
        ([code, count]) =>
          html`<li>
            <a href="${address(query, { code })}"><b>${count}</b>${shown('code', code)}</a>
          </li>`,
      )}
    </ul>
  </nav>`;
}

/** The values that occur, by choice. */
function valuesIn({ partners, causes = [] }: Fleet): Readonly<Record<Choice, readonly string[]>> {
  const seen: Readonly<Record<Choice, Set<string>>> = {
    layer: new Set(layers),
    code: new Set(),
    tier: new Set(),
    owner: new Set(),
    provider: new Set(),
    cause: new Set(causes.map(({ id }) => id)),
  };
  for (const partner of partners) {
    const { tier, owner } = partner.published.partner;
    const code = causingFinding(partner)?.code ?? null;
    const provider = providerOf(partner.published.partner, partner.route);
    seen.tier.add(tier);
    if (owner !== null) seen.owner.add(owner);
    if (code !== null) seen.code.add(code);
    if (provider !== null) seen.provider.add(provider);
  }
  const sorted = (choice: Choice): readonly string[] =>
    choice === 'layer'
      ? layers
      : [...seen[choice]].sort((a, b) => (shown(choice, a, causes) < shown(choice, b, causes) ? -1 : 1));
  return Object.fromEntries(choices.map((choice) => [choice, sorted(choice)])) as Record<Choice, readonly string[]>;
}

function field(choice: Choice, values: readonly string[], chosen: string | null, causes: Fleet['causes']): Html | null {
  const name = filterNames[choice];
  if (values.length === 0 && chosen === null) return null;
  if (values.length > mostOptions) {
    return html`<label>${choiceWords[choice]} <input name="${name}" value="${chosen ?? ''}" /></label>`;
  }
  const options = chosen === null || values.includes(chosen) ? values : [chosen, ...values];
  return html`<label
    >${choiceWords[choice]}
    <select name="${name}">
      <option value="">any</option>
      ${options.map(
        (value) =>
          html`<option value="${value}" ${value === chosen ? html`selected` : null}>
            ${shown(choice, value, causes)}
          </option>`,
      )}
    </select></label
  >`;
}

/** A form by which a person finds partners, without a script; while it is open, the page does not renew itself. */
export function findForm(fleet: Fleet, query: FleetQuery): Html | null {
  if (query.search === null) return null;
  const values = valuesIn(fleet);
  const again = query.search === '' ? html`<a href="${address(query, { search: null })}">Watch this list</a>` : null;
  return html`<form method="get" action="./" role="search">
    <label for="q">Part of a domain or name</label>
    <input id="q" name="q" type="search" value="${query.search}" autofocus />
    ${query.state === null ? null : html`<input type="hidden" name="state" value="${query.state}" />`}
    ${choices.map((choice) => field(choice, values[choice], query[choice], fleet.causes))}<button>Find</button> ${again}
  </form>`;
}
