-- Says that this linesman lives, and how long nothing was heard of each of the others.
-- KEYS[1] a hash, host to '<Redis time in ms> <state> <place> <version> <teller>'; ARGV[1] host, ARGV[2] state (running, stopped),
-- ARGV[3] place, ARGV[4] version, ARGV[5] ms after which one is silent, ARGV[6] ms after which it is forgotten, ARGV[7] most hosts.
-- A silent one has a teller: the first that found it silent, so that not each of them sends a mail; a teller that is silent itself is replaced.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local silent = tonumber(ARGV[5])
local found = redis.call('HGETALL', KEYS[1])
local heard = { [ARGV[1]] = now }
local peers = {}
for i = 1, #found, 2 do
  local at, state, place, version, teller = string.match(found[i + 1], '^(%d+) (%S+) (%S+) (%S+) (%S+)$')
  local host = found[i]
  if not at or now - at > tonumber(ARGV[6]) then
    redis.call('HDEL', KEYS[1], host)
  elseif host ~= ARGV[1] then
    -- A clock that was set back since makes nobody silent, and nobody live on for as long as it was set back.
    if tonumber(at) > now then
      at = string.format('%.0f', now)
      redis.call('HSET', KEYS[1], host, string.format('%s %s %s %s %s', at, state, place, version, teller))
    end
    heard[host] = tonumber(at)
    table.insert(peers, { host, at, state, place, version, teller })
  end
end
local answer = {}
local others = 0
for _, peer in ipairs(peers) do
  local host, at, state, place, version, teller = unpack(peer)
  others = others + 1
  if others > tonumber(ARGV[7]) then break end
  if now - heard[host] <= silent then
    teller = '-'
  elseif teller == '-' or not heard[teller] or now - heard[teller] > silent then
    teller = ARGV[1]
    redis.call('HSET', KEYS[1], host, string.format('%s %s %s %s %s', at, state, place, version, teller))
  end
  table.insert(answer, { host, now - heard[host], state, place, version, teller })
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %s %s %s -', now, ARGV[2], ARGV[3], ARGV[4]))
return answer
