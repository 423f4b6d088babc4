import { UsageError } from './exit.ts';

/** What is said of a partner or an edge that our own configuration says not to ask. */
export function stoppedByUs(place: string, file: string | null): UsageError {
  const where = file ?? 'the configuration';
  return new UsageError(
    `${place} is stopped by politeness.stop or stopAll in ${where}: it was not connected to. Take it out there to examine it.`,
  );
}
