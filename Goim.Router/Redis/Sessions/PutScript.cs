using Goim.Protocol;

namespace Goim.Router.Redis.Sessions;

/// <summary>The Lua script that adds sessions. <see cref="SessionScripts"/> describes the data model.</summary>
internal static class PutScript
{
    /// <summary>
    /// Adds or restores a session. KEYS: 1 user, 2 rooms, 3 servers, 4 index, 5 members, 6 users, 7 the request or the conflict (may be
    /// missing). ARGV: 1 the user's bytes in the index, 2 seq or 0, 3 server, 4 room (a session that is there stays in its own), 5 maximum
    /// number of sessions or 0, 6 how long KEYS[7] is remembered (ms), 7 whether it is a request: 1 or 0, 8 a seq that a new one must be
    /// above, 9 bytes of the request id. Returns the seq, or minus the number of a <see cref="PutRefusal"/>.
    /// </summary>
    public static readonly RedisScript Put = RedisScript.Write(
        "put",
        ScriptPrelude.Text +
        """
        local last, count = user_of(KEYS[1])
        local known = KEYS[7] and read('GET', KEYS[7])
        local is_request = ARGV[7] == '1'
        local is_there = false
        if known and known ~= 'deleted' then
          local value = redis.call('HGET', KEYS[1], known)
          is_there = value and session_of(KEYS[1], value).server == ARGV[3]
        end
        if is_there then return tonumber(known) end
        if is_request and known then return -2 end
        local seq = tonumber(ARGV[2])
        local value = seq > 0 and redis.call('HGET', KEYS[1], seq)
        local old = value and session_of(KEYS[1], value)
        local assign = seq == 0 or (old and old.server ~= ARGV[3])
        if assign then
          local max = tonumber(ARGV[5])
          if not old and max > 0 and count >= max then return -1 end
          old = nil
          seq = math.max(last, tonumber(ARGV[8]))
          repeat
            seq = seq < 2147483647 and seq + 1 or 1
          until redis.call('HEXISTS', KEYS[1], seq) == 0
        end
        local room = old and old.room or ARGV[4]
        local on_server, in_room, users = count_of(KEYS[3], ARGV[3]), count_of(KEYS[2], room), number_of(KEYS[6])
        read('ZSCORE', KEYS[4], '')
        read('ZSCORE', KEYS[5], '')
        local old_request = old and old.request ~= '' and 'r' .. old.request
        local forgets = old_request and redis.call('HGET', KEYS[1], old_request) == tostring(seq)

        if KEYS[7] and (assign or is_request) then redis.call('SET', KEYS[7], seq, 'PX', ARGV[6]) end
        if forgets then redis.call('HDEL', KEYS[1], old_request) end
        local session = ARGV[3] .. ' ' .. room .. ' ' .. string.format('%.3f', now)
        if ARGV[9] ~= '' then
          session = session .. ' ' .. ARGV[9]
          redis.call('HSET', KEYS[1], 'r' .. ARGV[9], seq)
        end
        last = assign and seq or math.max(last, seq)
        redis.call('HSET', KEYS[1], seq, session, 'n', string.format('%d %d', last, old and count or count + 1))
        if count == 0 then
          redis.call('PERSIST', KEYS[1])
          set_number(KEYS[6], users + 1)
        end
        if not old then
          redis.call('HSET', KEYS[2], room, in_room + 1)
          redis.call('HSET', KEYS[3], ARGV[3], on_server + 1)
          redis.call('ZADD', KEYS[4], 0, entry(ARGV[3], ARGV[1], seq))
          if room ~= '-1' then redis.call('ZADD', KEYS[5], 0, member(room, ARGV[1], seq, ARGV[3])) end
        end
        return seq
        """);

    /// <summary>
    /// Finds the session of an earlier put. KEYS: 1 user, 2 the request or the conflict. ARGV: 1 server. Returns its seq, or 0 if there is
    /// none.
    /// </summary>
    public static readonly RedisScript Known = RedisScript.Read(
        "known_put",
        """
        local known = redis.call('GET', KEYS[2])
        local session = known and redis.call('HGET', KEYS[1], known)
        return session and string.match(session, '^%S+') == ARGV[1] and tonumber(known) or 0
        """);
}
