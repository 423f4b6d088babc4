import { signFrom, signUntil } from './codec.ts';

/** Answers a line for each key: the sign of its value, or what stands there where it has none; empty where there is no value, or no text. */
export const signs = `
local all = {}
for at = 1, #KEYS do
  local sign = redis.pcall('GETRANGE', KEYS[at], ${String(signFrom)}, ${String(signUntil - 1)})
  all[at] = type(sign) == 'string' and sign or ''
end
return table.concat(all, '\\n')
`;
