-- Gives the lease of a name back, where this start still holds it. KEYS[1] the lease, ARGV[1] id of this start.
-- What is left there has ended: nothing at all would look like a Redis that was emptied.
local start = string.match(redis.call('GET', KEYS[1]) or '', '^%S+ (%S+) ')
if start == ARGV[1] then
  redis.call('SET', KEYS[1], '- - 0 -')
end
return 'ok'
