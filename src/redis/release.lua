-- Gives the lease of a name back, where this start still holds it. KEYS[1] the lease, ARGV[1] id of this start.
local start = string.match(redis.call('GET', KEYS[1]) or '', '^%S+ (%S+) ')
if start == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
return 'ok'
