-- One step of a chain: compare the head's id, then write head and blobs with ONE command.
-- KEYS[1] the head, then the blobs, then what is removed; ARGV[1] parent id, ARGV[2] own id, ARGV[3] the head, the rest the blobs.
-- A single MSET is one record of the append-only file: a torn tail keeps all of it or nothing, which MULTI does not.
-- What is removed is needed by no commit before or after, so that it may go first, in records of its own.
local function stored_id()
  local start = redis.call('GETRANGE', KEYS[1], 0, 255)
  if start == '' then
    return ''
  end
  local id = string.match(start, '^%S+ ([^\n]*)\n')
  -- A head without an id is none of ours: equal to no parent, so never written over.
  return id or '\n'
end

local id = stored_id()
if id == ARGV[2] then
  return 'dup'
end
if id ~= ARGV[1] then
  return 'conflict'
end
local written = #ARGV - 2
for i = written + 1, #KEYS do
  redis.call('DEL', KEYS[i])
end
local pairs_to_set = {}
for i = 1, written do
  pairs_to_set[2 * i - 1] = KEYS[i]
  pairs_to_set[2 * i] = ARGV[i + 2]
end
redis.call('MSET', unpack(pairs_to_set))
return 'ok'
