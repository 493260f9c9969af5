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

    /// <summary>Reads <c>uid=42</c>, <c>key=42_1</c> or <c>server=3</c>.</summary>
    public static Outcome<KickTarget> Read(RawQuery query)
    {
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
                return SubKey.TryParse(query["key"], out var key)
                    ? new KickTarget(null, key, null)
                    : new Problem(
                        ProblemKind.BadInput,
                        $"key is {Quoted.Of(query["key"]!)}: expected a sub key, user id and seq with _ between, such as 42_1.");
        }
    }

    /// <summary>The target in the trail: <c>user 42</c>, <c>key 42_1</c> or <c>server 3</c>.</summary>
    public override string ToString() =>
        Key is { } key ? $"key {key}"
        : UserId is { } userId ? string.Create(CultureInfo.InvariantCulture, $"user {userId}")
        : string.Create(CultureInfo.InvariantCulture, $"server {Server}");
}
