using Azure.Identity;
using Grpc.Core;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>What a failure of Redis means to the caller of a node.</summary>
/// <param name="Status">The status of the call.</param>
/// <param name="Reason">The trailer <c>goim-reason</c> (router.proto); null for none.</param>
internal sealed record RedisFault(Status Status, string? Reason = null);

/// <summary>The failures of Redis that a node expects.</summary>
internal static class RedisFaults
{
    private const string Full = "full", Replicas = "replicas", Failover = "failover", Foreign = "foreign";

    private static readonly string[] MovingSlot = ["TRYAGAIN", "ASK", "MOVED"];

    /// <summary>What the failure means; null for any other exception.</summary>
    public static RedisFault? Of(Exception failed) => failed switch
    {
        RedisConnectionException => Unavailable("Redis does not answer."),
        RedisTimeoutException => Unavailable("Redis did not answer in time."),
        RedisCommandException => Unavailable("Redis takes no commands."),
        RedisServerException server => OfServer(server),
        RedisFailoverException failover => Unavailable(failover.Message, Failover),
        RedisMasterUnknownException unknown => Unavailable(unknown.Message),
        AuthenticationFailedException => Unavailable("There is no token for Redis."),
        TooFewReplicasException replicas => Unavailable(replicas.Message, Replicas),
        ObjectDisposedException => Unavailable("The connection to Redis is closed."),
        StoreMismatchException mismatch => Refused(mismatch.Message, mismatch.Reason),
        ForeignDataException foreign => Refused(foreign.Message, Foreign),
        _ => null,
    };

    /// <summary>Whether Redis refuses puts for this reason until somebody changes something. Null if not.</summary>
    public static string? PutsRefusedBy(RedisServerException failed) =>
        OfServer(failed).Reason is { } reason and (Full or Replicas) ? reason : null;

    /// <summary>Whether all calls must fail, by what Redis has answered. Otherwise the failure may be that of one server.</summary>
    public static bool ForbidsCalls(Exception failed) =>
        failed is StoreMismatchException or ForeignDataException or RedisFailoverException
        || (failed is RedisServerException server && OfServer(server).Reason == Foreign);

    /// <summary>Whether a cluster refused the command only because its slot moves. Nothing was carried out.</summary>
    public static bool IsOfMovingSlot(RedisServerException failed) =>
        Array.Exists(MovingSlot, error => failed.Message.StartsWith(error, StringComparison.Ordinal));

    /// <summary>One sentence for such a reason.</summary>
    public static string SentenceOf(string reason) => reason == Full
        ? "Redis is full (maxmemory): it takes no new sessions."
        : "Redis has too few replicas (min-replicas-to-write): it takes no writes.";

    // An error that Redis returns before it has written anything. Those without a case of their own are temporary: it is loading, or its
    // slot has no master.
    private static RedisFault OfServer(RedisServerException failed) => failed.Message.Split(' ')[0] switch
    {
        "OOM" => new(new Status(StatusCode.ResourceExhausted, SentenceOf(Full)), Full),
        "NOREPLICAS" => Refused(SentenceOf(Replicas), Replicas),
        "FOREIGN" => Refused($"Redis holds foreign data: {SentenceOf(failed)}", Foreign),
        "WRONGTYPE" => Refused(new ForeignDataException().Message, Foreign),
        "ERR" when failed.Message.Contains("compiling script", StringComparison.Ordinal) =>
            new(new Status(StatusCode.FailedPrecondition, "Redis is older than 7.0: expected 7.0 or later.")),
        "READONLY" => Unavailable("Redis has become a replica.", Failover),
        _ => Unavailable($"Redis: {failed.Message}"),
    };

    // Redis adds the name of the script.
    private static string SentenceOf(RedisServerException foreign) =>
        foreign.Message["FOREIGN ".Length..].Split(" script: ")[0];

    private static RedisFault Unavailable(string detail, string? reason = null) => new(new Status(StatusCode.Unavailable, detail), reason);

    private static RedisFault Refused(string detail, string reason) => new(new Status(StatusCode.FailedPrecondition, detail), reason);
}
