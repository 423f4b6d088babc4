import { signFrom, signUntil } from './codec.ts';

/** Answers a line for each key: the sign of its value, or what stands there where it has none; empty where there is no value. */
export const signs = `
local all = {}
for at = 1, #KEYS do all[at] = redis.call('GETRANGE', KEYS[at], ${String(signFrom)}, ${String(signUntil - 1)}) end
return table.concat(all, '\\n')
`;
