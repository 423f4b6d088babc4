import type { MaintenanceWindow } from '../federation/partner.ts';
import type { Mistake } from './mistake.ts';
import type { AllPartners } from './partners.ts';
import type { Sections } from './schema.ts';
import { nearestDomain } from './spelling.ts';
import type { YamlFile } from './yaml-file.ts';

/** The maintenance windows; their ends must be in order and their partners known. */
export function allWindows(
  file: YamlFile,
  windows: Sections['maintenance'],
  { named, complete }: AllPartners,
  mistakes: Mistake[],
): readonly MaintenanceWindow[] {
  return windows.map((window, at) => {
    if (window.until <= window.from) {
      const message = 'the window ends before it begins, expected an instant after from';
      mistakes.push(file.mistake(['maintenance', at, 'until'], message));
    }
    for (const [index, domain] of window.partners.entries()) {
      if (named.has(domain) || !complete) continue;
      const meant = nearestDomain(domain, [...named]);
      const hint = meant === null ? 'expected a domain of partners' : `did you mean ${meant}?`;
      mistakes.push(file.mistake(['maintenance', at, 'partners', index], `${domain} is not a partner, ${hint}`));
    }
    return { partners: window.partners, fromMs: window.from, untilMs: window.until, reason: window.reason };
  });
}
