namespace Goim.Router.Redis.Sessions;

/// <summary>The Lua scripts that delete sessions in Redis, and the data model. <see cref="PutScript"/> adds them.</summary>
/// <remarks>
/// <para>
/// All keys of a script have the same hash tag, so they are in one slot of a cluster. A script is atomic and checks before it writes, so
/// the counts always match the sessions. Its cost does not depend on how many sessions a user has.
/// </para>
/// <para>Keys of bucket b. Each starts with <c>{goim3:b}</c>, where 3 is <see cref="RedisStore.Model"/>, followed by:</para>
/// <list type="bullet">
/// <item><c>u</c> and a user id: hash of the user's sessions. A field is a seq, its value is "server room created", created in Unix ms with
/// three decimals, followed by a space and 8 bytes of the request id if the put had one. A time after now is one from before a failover,
/// by a Redis whose clock was ahead: such a session counts as old. The field <c>r</c> and 8 bytes of a request id is the seq of that put.
/// The field <c>m</c> and a seq is a change of that session's room that has not ended: "left asked", the room that it has left and when it
/// was asked for, in Unix ms. The field <c>n</c> is "last count": the last seq that the user was given, or a higher one that was restored,
/// and the number of sessions. A hash without a session has an expiry time.</item>
/// <item><c>index</c>: sorted set of all sessions, by comet server, user and seq (<see cref="SessionIndex"/>). All scores are 0.</item>
/// <item><c>members</c>: sorted set of the sessions in rooms, by room, user and seq (<see cref="RoomIndex"/>). All scores are 0.</item>
/// <item><c>users</c>: number of users with a session. There is no key for none.</item>
/// <item><c>rooms</c> and <c>servers</c>: hashes of the numbers of sessions by room id and by server id.</item>
/// <item><c>r</c>, a user id, a space and a request id: the seq of that put, or <c>deleted</c>. Expires after 60 s.</item>
/// <item><c>c</c>, a user id and " seq server": the seq that a restore got instead of one that another server had. Expires after 60 s.
/// </item>
/// </list>
/// </remarks>
internal static class SessionScripts
{
    // Follows the prelude in the scripts that delete one session. Their KEYS: 1 user, 2 rooms, 3 servers, 4 index, 5 members, 6 users.
    // ARGV: 1 the user's bytes in the index, 2 expiry (ms).
    private const string Delete =
        """
        local function delete(seq, session)
          local last, count = user_of(KEYS[1])
          local in_room, on_server = count_of(KEYS[2], session.room), count_of(KEYS[3], session.server)
          local users = number_of(KEYS[6])
          read('ZSCORE', KEYS[4], '')
          read('ZSCORE', KEYS[5], '')
          local request = session.request ~= '' and 'r' .. session.request
          local is_latest = request and redis.call('HGET', KEYS[1], request) == tostring(seq)
          redis.call('HDEL', KEYS[1], seq, 'm' .. seq)
          if is_latest then redis.call('HDEL', KEYS[1], request) end
          redis.call('HSET', KEYS[1], 'n', string.format('%d %d', last, math.max(0, count - 1)))
          set_count(KEYS[2], session.room, in_room - 1)
          set_count(KEYS[3], session.server, on_server - 1)
          redis.call('ZREM', KEYS[4], entry(session.server, ARGV[1], seq))
          if session.room ~= '-1' then redis.call('ZREM', KEYS[5], member(session.room, ARGV[1], seq, session.server)) end
          if count <= 1 then
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            set_number(KEYS[6], users - 1)
          end
        end

        """;

    /// <summary>
    /// Deletes one session. ARGV: 3 seq, 4 age (ms), or -1 to delete always. Returns 1 if the session existed and was deleted, otherwise 0.
    /// </summary>
    public static readonly RedisScript Del = RedisScript.WriteWhenFull(
        "del",
        ScriptPrelude.Text + Delete +
        """
        local value = read('HGET', KEYS[1], ARGV[3])
        if not value then return 0 end
        local session = session_of(KEYS[1], value)
        local age = tonumber(ARGV[4])
        if age >= 0 and session.created > now - age and session.created <= now then return 0 end
        delete(ARGV[3], session)
        return 1
        """);

    /// <summary>
    /// Deletes the session of a put, however old it is, and refuses further puts of that request. KEYS: 7 request. ARGV: 3 how long the
    /// request is remembered (ms), 4 bytes of the request id. Returns 1 if the session existed and was deleted, otherwise 0.
    /// </summary>
    public static readonly RedisScript DelRequest = RedisScript.WriteWhenFull(
        "del_request",
        ScriptPrelude.Text + Delete +
        """
        local seq = read('GET', KEYS[7]) or read('HGET', KEYS[1], 'r' .. ARGV[4])
        local value = seq and seq ~= 'deleted' and read('HGET', KEYS[1], seq)
        local session = value and session_of(KEYS[1], value)
        local is_of_request = session and session.request == ARGV[4]
        if is_of_request then delete(seq, session) end
        redis.call('SET', KEYS[7], 'deleted', 'PX', ARGV[3])
        return is_of_request and 1 or 0
        """);

    /// <summary>
    /// Deletes sessions of one comet server. KEYS: 1 rooms, 2 servers, 3 index, 4 members, 5 users, then the hash of each user. ARGV:
    /// 1 server, 2 age (ms), 3 expiry (ms), 4 whether it may delete: 1 or 0, then for each session the number of its user among KEYS, the
    /// user's bytes in the index, and the seq. Sessions that are not the server's, or too young, stay. Returns 1, or 0 if it found a
    /// session that it may not delete.
    /// </summary>
    public static readonly RedisScript DelServer = RedisScript.WriteWhenFull(
        "del_server",
        ScriptPrelude.Text +
        """
        local server = ARGV[1]
        local before = now - ARGV[2]
        local users, rooms, found, entries, members = {}, {}, {}, {}, {}
        local on_server, users_left = count_of(KEYS[2], server), number_of(KEYS[5])
        read('ZSCORE', KEYS[3], '')
        read('ZSCORE', KEYS[4], '')
        for i = 5, #ARGV, 3 do
          local key, user, seq = KEYS[tonumber(ARGV[i])], ARGV[i + 1], ARGV[i + 2]
          local value = read('HGET', key, seq)
          local session = value and session_of(key, value)
          if not session or session.server ~= server then
            entries[#entries + 1] = entry(server, user, seq)
          elseif session.created <= before or session.created > now then
            if ARGV[4] == '0' then return 0 end
            if not users[key] then
              local last, count = user_of(key)
              users[key] = { last = last, count = count }
            end
            users[key].count = math.max(0, users[key].count - 1)
            rooms[session.room] = (rooms[session.room] or count_of(KEYS[1], session.room)) - 1
            on_server = on_server - 1
            local request = session.request ~= '' and 'r' .. session.request
            local is_latest = request and redis.call('HGET', key, request) == seq
            found[#found + 1] = { key = key, seq = seq, request = is_latest and request }
            entries[#entries + 1] = entry(server, user, seq)
            if session.room ~= '-1' then members[#members + 1] = member(session.room, user, seq, server) end
          end
        end
        for _, session in ipairs(found) do
          redis.call('HDEL', session.key, session.seq, 'm' .. session.seq)
          if session.request then redis.call('HDEL', session.key, session.request) end
        end
        if #entries > 0 then redis.call('ZREM', KEYS[3], unpack(entries)) end
        if #members > 0 then redis.call('ZREM', KEYS[4], unpack(members)) end
        for key, user in pairs(users) do
          redis.call('HSET', key, 'n', string.format('%d %d', user.last, user.count))
          if user.count == 0 then
            redis.call('PEXPIRE', key, ARGV[3])
            users_left = users_left - 1
          end
        end
        for room, count in pairs(rooms) do set_count(KEYS[1], room, count) end
        if #found > 0 then
          set_count(KEYS[2], server, on_server)
          set_number(KEYS[5], users_left)
        end
        return 1
        """);
}
