import type { MaintenanceWindow } from '../federation/partner.ts';
import type { Mistake } from './mistake.ts';
import type { AllPartners } from './partners.ts';
import type { Sections } from './schema.ts';
import { nearestDomain } from './spelling.ts';
import type { YamlFile } from './yaml-file.ts';

/** The maintenance windows; their ends must be in order, their partners known and their tags in use. A tag becomes its partners. */
export function allWindows(
  file: YamlFile,
  windows: Sections['maintenance'],
  { partners, named, complete }: AllPartners,
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
    for (const [index, tag] of window.tags.entries()) {
      if (!complete || partners.length < named.size || partners.some(({ tags = [] }) => tags.includes(tag))) continue;
      mistakes.push(file.mistake(['maintenance', at, 'tags', index], `no partner has the tag ${tag}`));
    }
    if (window.partners.length + window.tags.length + window.providers.length === 0) {
      mistakes.push(file.mistake(['maintenance', at], 'nobody is named, expected partners, tags or providers'));
    }
    const tagged = partners.filter(({ tags = [] }) => tags.some((tag) => window.tags.includes(tag)));
    return {
      partners: [...new Set([...window.partners, ...tagged.map(({ domain }) => domain)])],
      ...(window.providers.length === 0 ? {} : { providers: window.providers }),
      fromMs: window.from,
      untilMs: window.until,
      reason: window.reason,
    };
  });
}
