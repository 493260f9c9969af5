using System.Globalization;
using Goim.Logic.Input;
using Goim.Protocol;

namespace Goim.Logic.Kicks;

/// <summary>Whom a kick disconnects: one of the three.</summary>
/// <param name="UserId">All connections of a user.</param>
/// <param name="Key">One connection.</param>
/// <param name="Server">All connections of a comet server.</param>
internal readonly record struct KickTarget(long? UserId, SubKey? Key, int? Server)
{
    private const string Expected = "expected one of uid, key and server";

    private static readonly string[] Parameters = ["uid", "key", "server", "reason"];

    // Ignored, dry would disconnect someone.
    private static readonly string[] OfPushes = ["ack", "detail", "dry", "except", "ttl"];

    /// <summary>Reads <c>uid=42</c>, <c>key=42_1</c> or <c>server=3</c>.</summary>
    public static Outcome<KickTarget> Read(RawQuery query)
    {
        if (Array.Find(OfPushes, name => query[name] is not null) is { } wrong)
        {
            return new Problem(
                ProblemKind.BadInput,
                $"{wrong} comes with a kick: expected it with a push only, since a kick is always sent, and acknowledged by the broker.");
        }

        foreach (var name in Parameters)
        {
            if (query.Overlooked(name) is { } overlooked)
            {
                return overlooked;
            }
        }

        string[] names = ["uid", "key", "server"];
        var given = Array.FindAll(names, name => query[name] is not null);
        if (given.Length != 1)
        {
            return new Problem(
                ProblemKind.BadInput,
                given.Length == 0
                    ? $"uid, key and server are missing: {Expected}."
                    : $"{string.Join(" and ", given)} are given: {Expected}.");
        }

        switch (given[0])
        {
            case "uid":
                return query.TryGetInt64("uid", out var userId, out var problem) ? new KickTarget(userId, null, null) : problem;
            case "server":
                return query.TryGetInt32("server", out var server, out problem) ? new KickTarget(null, null, server) : problem;
            default:
                return query.TryGetSubKey("key", out var key, out problem) ? new KickTarget(null, key, null) : problem;
        }
    }

    /// <summary>The target in the trail: <c>user 42</c>, <c>key 42_1</c> or <c>server 3</c>.</summary>
    public override string ToString() =>
        Key is { } key ? $"key {key}"
        : UserId is { } userId ? string.Create(CultureInfo.InvariantCulture, $"user {userId}")
        : string.Create(CultureInfo.InvariantCulture, $"server {Server}");
}
