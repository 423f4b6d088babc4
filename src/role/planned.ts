import type { Config } from '../config/config.ts';
import { lookoutsOf } from '../federation/canary.ts';
import { stopsPartner } from '../federation/stop.ts';
import type { Partner } from '../federation/partner.ts';

/** Those that the operator did not stop. */
function askedOf({ partners, politeness }: Config): readonly Partner[] {
  return partners.filter((partner) => !stopsPartner(politeness?.stops, partner));
}

const made = new WeakMap<Config, readonly Partner[]>();

/** Everything that has slots: the partners, the canary and the controls, but for whom the operator stopped. The same list for the same configuration. */
export function plannedOf(config: Config): readonly Partner[] {
  const planned = made.get(config) ?? [...askedOf(config), ...lookoutsOf(config, config.partners)];
  made.set(config, planned);
  return planned;
}
