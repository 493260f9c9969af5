namespace Goim.Router.Redis;

/// <summary>The Lua scripts that read and change sessions in Redis, and the data model.</summary>
/// <remarks>
/// <para>
/// All keys of a script have the same hash tag, so they are in one slot of a cluster. A script is atomic, so the counts always match the
/// sessions.
/// </para>
/// <para>Keys of bucket b. Each starts with <c>{goim:b}</c>, followed by:</para>
/// <list type="bullet">
/// <item><c>u</c> and a member: hash of one user's sessions. A field is a seq, its value is "server room created", created in Unix ms.
/// The field <c>n</c> is the highest seq that the user has had. A hash with only <c>n</c> left has an expiry time.</item>
/// <item><c>s</c> and a server id: sorted set of the members of users with a session on that comet server. All scores are 0, so the set is
/// in the order of the members.</item>
/// <item><c>rooms</c> and <c>servers</c>: hashes of the numbers of sessions by room id and by server id.</item>
/// </list>
/// <para>A member is a user id in 8 bytes, big-endian, with the sign bit flipped, so that members sort in the order of the ids.</para>
/// </remarks>
internal static class SessionScripts
{
    // Starts Put, Del and DelServer. Their KEYS: 1 user or server, 2 rooms, 3 servers. Their ARGV[1]: the bucket's prefix.
    private const string Prelude =
        """
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
        local function forget(user, member, server)
          local rest = redis.call('HGETALL', user)
          for i = 1, #rest, 2 do
            if rest[i] ~= 'n' and parse(rest[i + 1]) == server then return end
          end
          redis.call('ZREM', ARGV[1] .. 's' .. server, member)
        end

        """;

    /// <summary>
    /// Adds or restores a session. ARGV: 2 member, 3 seq or 0, 4 server, 5 room, 6 now (Unix ms). Returns the seq; 0 if the user has none
    /// left.
    /// </summary>
    public const string Put = Prelude +
        """
        local highest = tonumber(redis.call('HGET', KEYS[1], 'n') or '0')
        local seq = tonumber(ARGV[3])
        if seq == 0 then
          if highest >= 2147483647 then return 0 end
          seq = highest + 1
        end
        local old = redis.call('HGET', KEYS[1], seq)
        if old then
          local server, room = parse(old)
          remove(KEYS[1], seq, server, room)
          if server ~= ARGV[4] then forget(KEYS[1], ARGV[2], server) end
        end
        if seq > highest then redis.call('HSET', KEYS[1], 'n', seq) end
        redis.call('HSET', KEYS[1], seq, ARGV[4] .. ' ' .. ARGV[5] .. ' ' .. ARGV[6])
        redis.call('PERSIST', KEYS[1])
        redis.call('ZADD', ARGV[1] .. 's' .. ARGV[4], 0, ARGV[2])
        redis.call('HINCRBY', KEYS[2], ARGV[5], 1)
        redis.call('HINCRBY', KEYS[3], ARGV[4], 1)
        return seq
        """;

    /// <summary>
    /// Deletes one session. ARGV: 2 member, 3 seq, 4 before (Unix ms) or 0, 5 expiry (ms). Returns 1 if the session existed and was
    /// deleted, otherwise 0.
    /// </summary>
    public const string Del = Prelude +
        """
        local session = redis.call('HGET', KEYS[1], ARGV[3])
        if not session or ARGV[3] == 'n' then return 0 end
        local server, room, created = parse(session)
        local before = tonumber(ARGV[4])
        if before > 0 and created > before then return 0 end
        remove(KEYS[1], ARGV[3], server, room)
        forget(KEYS[1], ARGV[2], server)
        if redis.call('HLEN', KEYS[1]) == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[5]) end
        return 1
        """;

    /// <summary>
    /// Deletes the sessions of one comet server, for some of its users. ARGV: 2 server, 3 before (Unix ms) or 0, 4 expiry (ms), 5 first
    /// member (a ZRANGEBYLEX start), 6 maximum number of users, 7 number of sessions to stop after. Returns the last member visited, or nil
    /// if there are no more.
    /// </summary>
    public const string DelServer = Prelude +
        """
        local members = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[5], '+', 'LIMIT', 0, ARGV[6])
        local before = tonumber(ARGV[3])
        local seen = 0
        for _, member in ipairs(members) do
          local user = ARGV[1] .. 'u' .. member
          local sessions = redis.call('HGETALL', user)
          local left = 0
          for i = 1, #sessions, 2 do
            if sessions[i] ~= 'n' then
              local server, room, created = parse(sessions[i + 1])
              if server == ARGV[2] then
                if before == 0 or created <= before then remove(user, sessions[i], server, room) else left = left + 1 end
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
