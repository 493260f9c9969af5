using Goim.Logic.Input;
using Goim.Logic.Sessions;
using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Logic.Facade;

/// <summary>Reads the bodies of <c>/1/router/put</c> and <c>/1/router/mput</c>.</summary>
internal static class PutBody
{
    private const string PutShape = """{"userId":42,"server":3,"roomId":1}""";
    private const string MPutShape = """{"puts":[{"key":"42_7","server":3,"roomId":1},{"userId":43,"server":3}]}""";

    /// <summary>
    /// <c>{"userId":42,"server":3,"roomId":1}</c>. Without <c>roomId</c> the session is in no room. With
    /// <c>"requestId":"32 hex digits"</c> it can be repeated.
    /// </summary>
    public static Outcome<PutArg> ReadPut(ReadOnlyMemory<byte> body)
    {
        if (!JsonBody.Parse(body, PutShape).Is(out var members, out var problem)
            || !members.TryGetInt64("userId", out var userId, out problem)
            || !Read(members, userId, 0).Is(out var put, out problem))
        {
            return problem;
        }

        return put;
    }

    /// <summary>
    /// <c>{"puts":[…]}</c>. An entry with a <c>key</c> restores that session. One with a <c>userId</c> makes a new one.
    /// </summary>
    public static Outcome<PutArg[]> ReadMPut(ReadOnlyMemory<byte> body)
    {
        if (!JsonArrayBody.Parse(body, "puts", RouterLimits.MaxPuts, MPutShape).Is(out var entries, out var problem))
        {
            return problem;
        }

        var puts = new PutArg[entries.Count];
        for (var i = 0; i < puts.Length; i++)
        {
            if (!entries.TryGetObject(i, out var entry, out problem) || !ReadEntry(entry).Is(out var put, out problem))
            {
                return problem;
            }

            puts[i] = put;
        }

        return puts;
    }

    private static Outcome<PutArg> ReadEntry(JsonBody entry)
    {
        Problem? problem;
        if (!entry.Has("key"))
        {
            return entry.TryGetInt64("userId", out var userId, out problem) ? Read(entry, userId, 0) : problem;
        }

        if (entry.Has("userId"))
        {
            return entry.Wrong("userId", "either a key to restore or a userId to register, not both");
        }

        if (!entry.TryGetString("key", out var text, out problem))
        {
            return problem;
        }

        return SubKey.TryParse(text, out var key) && key.Seq > 0
            ? Read(entry, key.UserId, key.Seq)
            : entry.WrongText("key", text, "a sub key, user id and a seq above 0 with _ between, such as 42_1");
    }

    private static Outcome<PutArg> Read(JsonBody members, long userId, int seq) =>
        members.TryGetInt32("server", out var server, out var problem)
        && members.TryGetOptionalInt32("roomId", out var roomId, out problem)
        && RequestId.TryRead(members, out var requestId, out problem)
            ? new PutArg
            {
                UserId = userId,
                Server = server,
                RoomId = roomId ?? NoRoom.Id,
                Seq = seq,
                RequestId = seq == 0 ? requestId : ByteString.Empty,
            }
            : problem;
}
