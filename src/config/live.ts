import type { Config } from './config.ts';
import { diffConfig, inForce, isEmptyDiff, type ConfigDiff } from './diff.ts';

/** The configuration in force. It changes as a whole, between one turn of the event loop and the next. */
export interface LiveConfig {
  current(): Config;
  /** Calls back after each change, in the order of asking. */
  onChange(listener: (config: Config) => void): void;
}

/** A live configuration, and the one hand that may change it. */
export interface ChangeableConfig extends LiveConfig {
  /** Puts the next configuration in force, as far as that goes without a restart, and tells what changed. */
  replace(next: Config): ConfigDiff;
}

export function createLiveConfig(first: Config): ChangeableConfig {
  const listeners: ((config: Config) => void)[] = [];
  let current = first;
  return {
    current: () => current,
    onChange: (listener) => void listeners.push(listener),
    replace(next) {
      const diff = diffConfig(current, next);
      if (isEmptyDiff(diff)) return diff;
      current = inForce(current, next);
      for (const listener of listeners) listener(current);
      return diff;
    },
  };
}
