namespace Goim.Router.Redis;

/// <summary>The Lua scripts that read and change sessions in Redis, and the data model.</summary>
/// <remarks>
/// <para>
/// All keys of a script have the same hash tag, so they are in one slot of a cluster. A script is atomic, so the counts always match the
/// sessions.
/// </para>
/// <para>Keys of bucket b. Each starts with <c>{goim:b}</c>, followed by:</para>
/// <list type="bullet">
/// <item><c>u</c> and a member: hash of one user's sessions. A field is a seq, its value is "server room created", created in Unix
/// ms with three decimals and, for a put with a request id, 20 digits of it. A time after now is one from before a failover, by a Redis
/// whose clock was ahead: such a session counts as old.
/// The field <c>n</c> is the last seq that the user was given, or a higher one that was restored. A hash with only <c>n</c> left has an
/// expiry time.</item>
/// <item><c>s</c> and a server id: sorted set of the members of users with a session on that comet server. All scores are 0, so the set is
/// in the order of the members.</item>
/// <item><c>r</c>, a member and a request id: the seq of that put, or <c>deleted</c>. Expires after 60 s.</item>
/// <item><c>c</c>, a member and "seq server": the seq that a restore got instead of one that another server had. Expires after 60 s.</item>
/// <item><c>rooms</c> and <c>servers</c>: hashes of the numbers of sessions by room id and by server id.</item>
/// </list>
/// <para>A member is a user id in 8 bytes, big-endian, with the sign bit flipped, so that members sort in the order of the ids.</para>
/// </remarks>
internal static class SessionScripts
{
    // Starts every script that changes sessions. Their KEYS: 1 user or server, 2 rooms, 3 servers. A session's time is Redis' own.
    private const string Prelude =
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + time[2] / 1000
        local function uncount(key, id)
          if redis.call('HINCRBY', key, id, -1) == 0 then redis.call('HDEL', key, id) end
        end
        local function parse(session)
          local server, room, created = string.match(session, '^(%S+) (%S+) (%S+)$')
          return server, room, tonumber(created)
        end
        local function remove(user, seq, server, room)
          redis.call('HDEL', user, seq)
          uncount(KEYS[2], room)
          uncount(KEYS[3], server)
        end

        """;

    // Follows the prelude in Del and DelRequest. Their ARGV: 1 the bucket's prefix, 2 member, 3 expiry (ms).
    private const string Delete =
        """
        local function forget(user, member, server)
          local rest = redis.call('HGETALL', user)
          for i = 1, #rest, 2 do
            if rest[i] ~= 'n' and parse(rest[i + 1]) == server then return end
          end
          redis.call('ZREM', ARGV[1] .. 's' .. server, member)
        end
        local function delete(seq)
          local server, room = parse(redis.call('HGET', KEYS[1], seq))
          remove(KEYS[1], seq, server, room)
          forget(KEYS[1], ARGV[2], server)
          if redis.call('HLEN', KEYS[1]) == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
        end

        """;

    /// <summary>
    /// Adds or restores a session. KEYS: 4 the server's set, 5 the request or the conflict (may be missing). ARGV: 1 member, 2 seq or 0,
    /// 3 server, 4 room, 5 maximum number of sessions or 0, 6 how long KEYS[5] is remembered (ms), 7 whether it is a request: 1 or 0,
    /// 8 a seq that a new one must be above, 9 digits of the request id. Returns the seq, or a <see cref="PutRefusal"/>.
    /// </summary>
    public const string Put = Prelude +
        """
        local known = KEYS[5] and redis.call('GET', KEYS[5])
        local isRequest = ARGV[7] == '1'
        if isRequest and known then
          local session = redis.call('HGET', KEYS[1], known)
          if not session or parse(session) ~= ARGV[3] then return -2 end
          redis.call('PEXPIRE', KEYS[5], redis.call('PTTL', KEYS[5]))
          return tonumber(known)
        end
        local moved = known and redis.call('HGET', KEYS[1], known)
        if moved and parse(moved) == ARGV[3] then return tonumber(known) end
        local highest = tonumber(redis.call('HGET', KEYS[1], 'n') or '0')
        local seq = tonumber(ARGV[2])
        local assign = seq == 0
        local old = not assign and redis.call('HGET', KEYS[1], seq)
        if old then
          local server, room = parse(old)
          if server == ARGV[3] then
            remove(KEYS[1], seq, server, room)
          else
            assign = true
          end
        elseif assign then
          local max = tonumber(ARGV[5])
          if max > 0 and redis.call('HLEN', KEYS[1]) > max then return -1 end
        end
        if assign then
          seq = math.max(highest, tonumber(ARGV[8]))
          repeat
            seq = seq < 2147483647 and seq + 1 or 1
          until redis.call('HEXISTS', KEYS[1], seq) == 0
        end
        if KEYS[5] and (assign or isRequest) then redis.call('SET', KEYS[5], seq, 'PX', ARGV[6]) end
        if assign or seq > highest then redis.call('HSET', KEYS[1], 'n', seq) end
        redis.call('HSET', KEYS[1], seq, ARGV[3] .. ' ' .. ARGV[4] .. ' ' .. string.format('%.3f', now) .. ARGV[9])
        redis.call('PERSIST', KEYS[1])
        redis.call('ZADD', KEYS[4], 0, ARGV[1])
        redis.call('HINCRBY', KEYS[2], ARGV[4], 1)
        redis.call('HINCRBY', KEYS[3], ARGV[3], 1)
        return seq
        """;

    /// <summary>
    /// Deletes one session. ARGV: 4 seq, 5 age (ms), or -1 to delete always. Returns 1 if the session existed and was deleted, otherwise 0.
    /// </summary>
    public const string Del = Prelude + Delete +
        """
        local session = redis.call('HGET', KEYS[1], ARGV[4])
        if not session or ARGV[4] == 'n' then return 0 end
        local server, room, created = parse(session)
        local age = tonumber(ARGV[5])
        if age >= 0 and created > now - age and created <= now then return 0 end
        delete(ARGV[4])
        return 1
        """;

    /// <summary>
    /// Deletes the session of a put, however old it is, and refuses further puts of that request. KEYS: 4 request. ARGV: 4 how long the
    /// request is remembered (ms), 5 digits of the request id. Returns 1 if the session existed and was deleted, otherwise 0.
    /// </summary>
    public const string DelRequest = Prelude + Delete +
        """
        local function is_of_request(seq)
          local session = redis.call('HGET', KEYS[1], seq)
          return session and string.match(session, '%.%d%d%d(%d+)$') == ARGV[5]
        end
        local known = redis.call('GET', KEYS[4])
        redis.call('SET', KEYS[4], 'deleted', 'PX', ARGV[4])
        local seqs = known and { known } or redis.call('HKEYS', KEYS[1])
        for _, seq in ipairs(seqs) do
          if is_of_request(seq) then
            delete(seq)
            return 1
          end
        end
        return 0
        """;

    /// <summary>
    /// Deletes the sessions of one comet server, for some of its users. ARGV: 1 the bucket's prefix, 2 server, 3 age (ms),
    /// 4 expiry (ms), 5 first member (a ZRANGEBYLEX start), 6 maximum number of users, 7 number of sessions to stop after, 8 whether it may
    /// delete: 1 or 0. Returns the last member visited, or nil if there are no more, or 0 if it found a session that it may not delete.
    /// </summary>
    public const string DelServer = Prelude +
        """
        local members = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[5], '+', 'LIMIT', 0, ARGV[6])
        local before = now - ARGV[3]
        local seen = 0
        for _, member in ipairs(members) do
          local user = ARGV[1] .. 'u' .. member
          local sessions = redis.call('HGETALL', user)
          local left = 0
          for i = 1, #sessions, 2 do
            if sessions[i] ~= 'n' then
              local server, room, created = parse(sessions[i + 1])
              if server == ARGV[2] then
                local is_older = created <= before or created > now
                if is_older and ARGV[8] == '0' then return 0 end
                if is_older then remove(user, sessions[i], server, room) else left = left + 1 end
              end
            end
          end
          if left == 0 then redis.call('ZREM', KEYS[1], member) end
          if redis.call('HLEN', user) == 1 then redis.call('PEXPIRE', user, ARGV[4]) end
          seen = seen + #sessions / 2
          if seen >= tonumber(ARGV[7]) then return member end
        end
        return members[tonumber(ARGV[6])]
        """;

    /// <summary>Reads the sessions of users. KEYS: users. Returns the fields and values of each user's hash, as HGETALL does.</summary>
    public const string Get =
        """
        local users = {}
        for i, user in ipairs(KEYS) do users[i] = redis.call('HGETALL', user) end
        return users
        """;
}
