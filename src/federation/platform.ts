import { clouds } from './provider.ts';

/**
 * What the users of an organisation sign in to: a cloud by its id in the provider table, Skype for Business or Lync
 * servers of its own, or something that is not known.
 */
export const platforms = [
  'unknown',
  'skype-for-business',
  'microsoft-365',
  'microsoft-gcc-high',
  'microsoft-dod',
  'microsoft-21vianet',
] as const;
export type Platform = (typeof platforms)[number];

/** A known platform as people call it. */
export function platformName(platform: Exclude<Platform, 'unknown'>): string {
  return clouds.find(({ id }) => id === platform)?.name ?? 'Skype for Business or Lync servers of its own';
}

/** Whether two organisations find each other without DNS: both in one and the same cloud (facts §2.3). */
export function shareCloud(one: Platform, other: Platform): boolean {
  return one === other && clouds.some(({ id }) => id === one);
}
