export const root: string;
export const compileCache: string;
export function runsSources(version: string): boolean;
export function capableNode(): string | undefined;
export function noCapableNode(): string;
/** With which arguments it is started. */
export const flags: readonly string[];
