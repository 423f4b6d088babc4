export const root: string;
export function runsSources(version: string): boolean;
export function capableNode(): string | undefined;
export function noCapableNode(): string;
/** With which arguments it is started. */
export const flags: readonly string[];
