using Goim.Protocol;
using StackExchange.Redis;

namespace Goim.Router.Redis.Sessions;

/// <summary>The Lua scripts that change a session's room. <see cref="SessionScripts"/> describes the data model.</summary>
internal static class RoomScripts
{
    // Follows the prelude. Finds the room that a session has left in a change that has not ended, and how long ago that was asked for (ms).
    // A time after now is one from before a failover: such a change counts as old.
    private const string Unfinished =
        """
        local function unfinished(seq)
          local value = read('HGET', KEYS[1], 'm' .. seq)
          if not value then return nil, 0 end
          local left, asked = string.match(value, '^(%-?%d+) (%d+)$')
          if not left then foreign(KEYS[1]) end
          local age = math.floor(now) - asked
          return left, age >= 0 and age or 2147483647
        end
        local function reply(has, server, room, left, age)
          return { has, tonumber(server), tonumber(room), tonumber(left), age }
        end

        """;

    /// <summary>
    /// Moves a session to another room, unless a change to a third one has not ended. KEYS: 1 user, 2 rooms, 3 members. ARGV: 1 the user's
    /// bytes in the index, 2 seq, 3 room, 4 whether it only asks: 1 or 0. Returns the fields of a <see cref="ChangeRoomReply"/> in their
    /// order.
    /// </summary>
    public static readonly RedisScript Begin = RedisScript.Write(
        "change_room",
        ScriptPrelude.Text + Unfinished +
        """
        local seq, room = ARGV[2], ARGV[3]
        local value = read('HGET', KEYS[1], seq)
        if not value then return reply(0, 0, 0, 0, 0) end
        local session = session_of(KEYS[1], value)
        local left, age = unfinished(seq)
        if ARGV[4] == '1' then return reply(1, session.server, session.room, left or session.room, age) end
        if session.room ~= room and left then return reply(1, session.server, session.room, left, age) end
        if session.room == room and not left then return reply(1, session.server, room, room, 0) end
        local asked = string.format('%.0f', math.floor(now))
        if session.room == room then
          redis.call('HSET', KEYS[1], 'm' .. seq, left .. ' ' .. asked)
          return reply(1, session.server, room, left, 0)
        end
        left = session.room
        local in_left, in_room = count_of(KEYS[2], left), count_of(KEYS[2], room)
        read('ZSCORE', KEYS[3], '')
        local _, last = string.find(value, '^%-?%d+ %-?%d+')
        local moved = session.server .. ' ' .. room .. string.sub(value, last + 1)
        redis.call('HSET', KEYS[1], seq, moved, 'm' .. seq, left .. ' ' .. asked)
        set_count(KEYS[2], left, in_left - 1)
        redis.call('HSET', KEYS[2], room, in_room + 1)
        if left ~= '-1' then redis.call('ZREM', KEYS[3], member(left, ARGV[1], seq, session.server)) end
        if room ~= '-1' then redis.call('ZADD', KEYS[3], 0, member(room, ARGV[1], seq, session.server)) end
        return reply(1, session.server, room, left, 0)
        """);

    /// <summary>Ends the change of a session to a room. KEYS: 1 user. ARGV: 1 seq, 2 room. Returns the same.</summary>
    public static readonly RedisScript End = RedisScript.WriteWhenFull(
        "end_change_room",
        ScriptPrelude.Text + Unfinished +
        """
        local seq, room = ARGV[1], ARGV[2]
        local value = read('HGET', KEYS[1], seq)
        if not value then return reply(0, 0, 0, 0, 0) end
        local session = session_of(KEYS[1], value)
        local left, age = unfinished(seq)
        if session.room ~= room then return reply(0, session.server, session.room, left or session.room, age) end
        if left then redis.call('HDEL', KEYS[1], 'm' .. seq) end
        return reply(1, session.server, room, room, 0)
        """);

    /// <summary>As <see cref="ISessions.ChangeRoomAsync"/>.</summary>
    /// <param name="redis">Where the session is.</param>
    /// <param name="bucket">The bucket of its user.</param>
    /// <param name="change">The change.</param>
    public static async ValueTask<ChangeRoomReply> RunAsync(RedisConnection redis, BucketKeys bucket, ChangeRoomArg change)
    {
        var user = bucket.User(change.UserId);
        var write = redis.BeginWrite();
        var fields = (long[])(change.IsSent
            ? await redis.RunAsync(write, End, [user], [change.Seq, change.RoomId])
            : await redis.RunAsync(
                write,
                Begin,
                [user, bucket.Rooms, bucket.Members],
                [SessionIndex.User(change.UserId), change.Seq, change.RoomId, change.OnlyAsks ? 1 : 0]))!;
        await redis.WaitForReplicasAsync(write, user);
        return new ChangeRoomReply
        {
            Has = fields[0] == 1,
            Server = (int)fields[1],
            RoomId = (int)fields[2],
            LeftRoomId = (int)fields[3],
            UnfinishedMs = fields[4],
        };
    }
}
