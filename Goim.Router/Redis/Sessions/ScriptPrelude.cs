namespace Goim.Router.Redis.Sessions;

/// <summary>The Lua functions that the scripts share. <see cref="SessionScripts"/> describes the data model.</summary>
internal static class ScriptPrelude
{
    /// <summary>
    /// Starts every script that changes sessions. A session's time is Redis' own. The user of an entry or a member is its 8 bytes in
    /// the index.
    /// </summary>
    public const string Text =
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + time[2] / 1000
        local function foreign(key)
          error({ err = 'FOREIGN ' .. key .. ' holds a value that is not the node\'s own.' })
        end
        local function read(command, key, ...)
          local value = redis.pcall(command, key, ...)
          if type(value) == 'table' then foreign(key) end
          return value
        end
        local function session_of(key, value)
          local _, last, server, room, created = string.find(value, '^(%-?%d+) (%-?%d+) (%d+%.%d+)')
          if not last then foreign(key) end
          return { server = server, room = room, created = tonumber(created), request = string.sub(value, last + 2) }
        end
        local function user_of(key)
          local value = read('HGET', key, 'n')
          if not value then return 0, 0 end
          local last, count = string.match(value, '^(%d+) (%d+)$')
          if not last then foreign(key) end
          return tonumber(last), tonumber(count)
        end
        local function count_of(key, id)
          local value = read('HGET', key, id)
          if not value then return 0 end
          return tonumber(value) or foreign(key)
        end
        local function set_count(key, id, count)
          if count > 0 then redis.call('HSET', key, id, count) else redis.call('HDEL', key, id) end
        end
        local function number_of(key)
          local value = read('GET', key)
          if not value then return 0 end
          return tonumber(value) or foreign(key)
        end
        local function set_number(key, number)
          if number > 0 then redis.call('SET', key, number) else redis.call('DEL', key) end
        end
        local function entry(server, user, seq)
          return struct.pack('>I4', tonumber(server) + 2147483648) .. user .. struct.pack('>I4', seq)
        end
        local function compact(number)
          if number < 252 then return string.char(number) end
          if number < 65536 then return '\252' .. struct.pack('>I2', number) end
          return '\253' .. struct.pack('>I4', number)
        end
        local function zigzag(id)
          local number = tonumber(id)
          return number < 0 and -2 * number - 1 or 2 * number
        end
        local function compact_user(user)
          local first = string.byte(user)
          if first >= 128 then
            local rest = first == 128 and string.match(user, '^.%z*(.*)$') or user
            return string.char(128 + #rest) .. rest
          end
          local rest = first == 127 and string.match(user, '^.\255*(.*)$') or user
          return string.char(127 - #rest) .. rest
        end
        local function member(room, user, seq, server)
          return compact(zigzag(room)) .. compact_user(user) .. compact(tonumber(seq)) .. compact(zigzag(server))
        end

        """;
}
