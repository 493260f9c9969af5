using System.Globalization;
using Goim.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Goim.Router;

/// <summary>The gRPC statuses of calls that the node refuses.</summary>
internal sealed class Refusals(IOptions<RouterNodeOptions> options)
{
    private const int RequestIdBytes = 16;

    /// <exception cref="RpcException">InvalidArgument: there are too many.</exception>
    public static void CheckUsers(int count) => CheckCount("user_ids", count, RouterLimits.MaxUsers);

    /// <exception cref="RpcException">InvalidArgument: there are too many.</exception>
    public static void CheckCount(string field, int count, int max)
    {
        if (count > max)
        {
            throw Invalid($"{field} has {count} entries: expected {max} at most.");
        }
    }

    /// <exception cref="RpcException">InvalidArgument: there are too many puts, or one is not valid.</exception>
    public static void Check(IReadOnlyList<PutArg> puts)
    {
        CheckCount("puts", puts.Count, RouterLimits.MaxPuts);
        foreach (var put in puts)
        {
            Check(put);
        }
    }

    /// <exception cref="RpcException">InvalidArgument: the put is not valid.</exception>
    public static void Check(PutArg put)
    {
        if (put.Seq < 0)
        {
            throw Invalid($"seq {put.Seq} is negative: expected 0 to assign the next one, or the seq to restore.");
        }

        if (put.MinSeq < 0)
        {
            throw Invalid($"min_seq {put.MinSeq} is negative: expected 0, or a seq that the next one must be above.");
        }

        if (!put.RequestId.IsEmpty)
        {
            Checked(put.RequestId);
        }
    }

    /// <exception cref="RpcException">InvalidArgument: the room or the limit is not valid.</exception>
    public static void Check(RoomUsersArg arg)
    {
        if (arg.RoomId == NoRoom.Id)
        {
            throw Invalid($"room_id is {arg.RoomId}, which stands for no room: expected a room.");
        }

        if (arg.Limit is < 1 or > RouterLimits.MaxRoomUsers)
        {
            throw Invalid($"limit is {arg.Limit}: expected 1 to {RouterLimits.MaxRoomUsers}.");
        }
    }

    /// <exception cref="RpcException">InvalidArgument: the request id is not valid.</exception>
    public static ByteString Checked(ByteString requestId) => requestId.Length == RequestIdBytes
        ? requestId
        : throw Invalid($"request_id has {requestId.Length} bytes: expected {RequestIdBytes}.");

    /// <summary>The sessions of these users exceed the limit of an answer.</summary>
    /// <param name="userIds">Each id once.</param>
    public static RpcException TooLarge(IReadOnlyList<long> userIds) => Exhausted(
        "size",
        userIds.Count == 1
            ? $"User {userIds[0]} has more sessions than an answer holds ({RouterLimits.MaxSessions(1)})."
            : $"The answer for {userIds.Count} users is larger than {RouterLimits.MaxReplyBytes} bytes: ask for fewer users.");

    /// <summary>The sessions of this user in a room exceed the limit of an answer.</summary>
    public static RpcException TooLarge(int roomId, long userId) => Exhausted(
        "size", $"User {userId} has more sessions in room {roomId} than an answer holds ({RouterLimits.MaxRoomSessions(1)}).");

    /// <summary>The node has too many scans to do.</summary>
    public static RpcException TooManyScans() => Exhausted(
        "scans", "The node has too many scans to do (GetAll, AllRoomCount, AllServerCount): repeat the call later.");

    public static RpcException Invalid(string detail) => new(new Status(StatusCode.InvalidArgument, detail));

    /// <param name="leftMs">How long the node stays cold.</param>
    public static RpcException Cold(long leftMs) => new(
        new Status(StatusCode.Unavailable, "The node has just started, and does not know all sessions yet."),
        new Metadata
        {
            { "goim-cold", leftMs.ToString(CultureInfo.InvariantCulture) },
            { "grpc-retry-pushback-ms", "-1" }, // Tells the gRPC client not to retry.
        });

    /// <param name="refusal">Why the put is refused.</param>
    /// <param name="userId">The put's user.</param>
    public RpcException Of(PutRefusal refusal, long userId)
    {
        var max = options.Value.MaxSessionsPerUser;
        return refusal switch
        {
            PutRefusal.TooManySessions => new RpcException(
                new Status(StatusCode.ResourceExhausted, $"User {userId} has {max} sessions or more (RouterNode__MaxSessionsPerUser)."),
                new Metadata { { "goim-max-sessions", max.ToString(CultureInfo.InvariantCulture) } }),
            PutRefusal.RequestDeleted => new RpcException(new Status(
                StatusCode.Aborted, "The put with this request_id was deleted, or its session is gone or another server's.")),
            _ => new RpcException(new Status(StatusCode.ResourceExhausted, "The node has had too many puts in the last 60 s.")),
        };
    }

    /// <summary>The answer to an MPut: with the reason of each put that is refused, if there is one.</summary>
    public MPutReply ReplyOf(PutResult[] puts)
    {
        var reply = new MPutReply { Seqs = { Capacity = puts.Length } };
        var isRefused = false;
        foreach (var put in puts)
        {
            reply.Seqs.Add(put.Seq);
            isRefused |= put.Refusal != PutRefusal.None;
        }

        if (isRefused)
        {
            reply.Refusals.AddRange(puts.Select(put => put.Refusal));
            reply.MaxSessions = options.Value.MaxSessionsPerUser;
        }

        return reply;
    }

    private static RpcException Exhausted(string reason, string detail) =>
        new(new Status(StatusCode.ResourceExhausted, detail), new Metadata { { "goim-reason", reason } });
}
