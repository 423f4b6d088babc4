/**
 * KEYS: the row of a place, its turn, who shares it. ARGV: holder, gap, lease, the longest wait, ms each; then the sharer,
 * its hash, for how long it counts as one (ms), the number of its slot, and how many turns fit between two of its slots
 * ('' for any number). The row holds who waits by the instant its turn may begin, and under the empty name when the last
 * one began. Answers the number of sharers, and 0: now; -1: too late; -2: not in this slot; else the ms to wait. The clock
 * is that of Redis: workers need not agree.
 */
export const takeTurn = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local holder, gap, lease, within = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local function keep()
  local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] or now
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(0, last - now) + gap + lease))
end
local began = redis.call('ZSCORE', KEYS[1], '')
-- The clock was set back: what was planned by it is void, and a lease would last as long as it was ahead.
if began and tonumber(began) > now + 1000 then redis.call('DEL', KEYS[1], KEYS[2], KEYS[3]) end
local busy = redis.call('GET', KEYS[2])
if busy == holder then
  redis.call('SET', KEYS[2], holder, 'PX', lease)
  return {0, 0}
end
local fit, sharers = tonumber(ARGV[9]), 0
if fit then
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', string.format('(%.0f', now))
  redis.call('ZADD', KEYS[3], string.format('%.0f', now + tonumber(ARGV[7])), ARGV[5])
  local last = redis.call('ZREVRANGE', KEYS[3], 0, 0, 'WITHSCORES')[2]
  redis.call('PEXPIRE', KEYS[3], string.format('%.0f', last - now))
  sharers = redis.call('ZCARD', KEYS[3])
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('(%.0f', now - gap - 2 * lease))
local begins = tonumber(redis.call('ZSCORE', KEYS[1], holder) or -1)
if begins < 0 then
  if fit and sharers > fit then
    local from = tonumber(ARGV[8]) * fit + tonumber(ARGV[6]) % sharers
    if math.floor(from / sharers) == math.floor((from - fit) / sharers) then return {-2, sharers} end
  end
  local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
  begins = math.max(now, last and last + gap or now)
end
local wait = begins - now
began = redis.call('ZSCORE', KEYS[1], '')
if began then wait = math.max(wait, began + gap - now) end
if busy then wait = math.max(wait, math.min(redis.call('PTTL', KEYS[2]), math.max(gap, 500))) end
if wait > within then
  redis.call('ZREM', KEYS[1], holder)
  return {-1, sharers}
end
if wait > 0 then
  redis.call('ZADD', KEYS[1], string.format('%.0f', begins), holder)
  keep()
  return {math.ceil(wait), sharers}
end
redis.call('ZREM', KEYS[1], holder)
redis.call('ZADD', KEYS[1], string.format('%.0f', now), '')
redis.call('SET', KEYS[2], holder, 'PX', lease)
keep()
return {0, sharers}
`;

/** KEYS: the turn of a place, its row. ARGV: the holder whose turn ends, and how long ago it really began, in ms, or ''. */
export const endTurn = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] ~= '' then
  local time = redis.call('TIME')
  local began = time[1] * 1000 + math.floor(time[2] / 1000) - tonumber(ARGV[2])
  redis.call('ZADD', KEYS[2], 'XX', 'GT', string.format('%.0f', began), '')
end
return redis.call('DEL', KEYS[1])
`;

/**
 * KEYS: the orders, a partner by the instant of its last one. ARGV: the partner, in what time it may be ordered once, in ms,
 * and how many may be ordered in it. Answers 0 when it is taken; 1 or 2 when this one or all were ordered, and the ms to
 * wait. The clock is that of Redis; what is ahead of it is from before it was set back.
 */
export const takeOrder = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local within, most = tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - within))
redis.call('ZREMRANGEBYSCORE', KEYS[1], string.format('(%.0f', now), '+inf')
local last = redis.call('ZSCORE', KEYS[1], ARGV[1])
if last then return {1, last + within - now} end
local oldest = redis.call('ZREVRANGE', KEYS[1], most - 1, most - 1, 'WITHSCORES')[2]
if oldest then return {2, oldest + within - now} end
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
redis.call('PEXPIRE', KEYS[1], within)
return {0, 0}
`;
