-- Takes or renews the lease of a name, and says whose it is.
-- KEYS[1] the lease; ARGV[1] agent id, ARGV[2] id of this start, ARGV[3] length in ms, ARGV[4] where it runs,
-- ARGV[5] '1' where an earlier start of this agent is known to be dead, ARGV[6] '1' where nothing is taken for a lease
-- that an emptied Redis forgot.
-- The end stands in the value and not in an expiry: over an expired key the append-only file would get a MULTI,
-- which a torn tail does not keep whole.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local length = tonumber(ARGV[3])
local found = redis.call('GET', KEYS[1])
if not found and ARGV[6] == '1' then
  return { '', '', length }
end
local agent, start, ends, place = string.match(found or '', '^(%S+) (%S+) (%d+) (%S+)$')
local left = ends and ends - now or 0
-- No lease ends so late: it was written by a clock that has been set back since.
if left > 2 * length then
  left = 0
end
local is_own = start == ARGV[2] or (ARGV[5] == '1' and agent == ARGV[1])
if left > 0 and not is_own then
  return { agent, place, left }
end
redis.call('SET', KEYS[1], string.format('%s %s %.0f %s', ARGV[1], ARGV[2], now + length, ARGV[4]))
return { ARGV[1], ARGV[4], 0 }
