using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Router;

/// <summary>The store of a node's sessions: the node's own memory, or a Redis that all nodes share.</summary>
internal interface ISessions
{
    /// <summary><c>memory</c> or <c>redis</c>: the value of the response header <c>goim-store</c>.</summary>
    string Store { get; }

    /// <summary>16 hex digits that change when the store has lost its sessions: the response header <c>goim-store-id</c>.</summary>
    string StoreId { get; }

    /// <summary>Why the store takes no puts at the moment: <c>full</c> or <c>replicas</c>. Null if it does.</summary>
    string? PutsRefused => null;

    /// <summary>How long a node that has started without sessions stays cold, in ms (<c>RouterNode__ColdStart</c>); otherwise 0.</summary>
    long ColdMs => 0;

    /// <summary>Completes when the store can take calls. Await it before any other method; throws if the store is unavailable.</summary>
    ValueTask ReadyAsync() => ValueTask.CompletedTask;

    /// <summary>Completes when the store has answered a question that changes nothing.</summary>
    async ValueTask AnswersAsync() => await Task.Yield();

    /// <summary>
    /// Adds a session. With a seq above 0, restores the session with that seq, unless the session of another server has it: then the
    /// session gets the next seq. A session that is there stays in the room that it is in. With a request id that the user has used in the
    /// last 60 s, returns the seq of that put again.
    /// </summary>
    ValueTask<PutResult> PutAsync(PutArg session);

    /// <summary>Deletes a session, unless it was created in the last <paramref name="ageMs"/> (null: always).</summary>
    /// <returns>True if the session existed and was deleted.</returns>
    ValueTask<bool> DelAsync(long userId, int seq, long? ageMs);

    /// <summary>Deletes the session of the put with this request id, and refuses puts with the id for 60 s.</summary>
    /// <returns>True if the session existed and was deleted.</returns>
    ValueTask<bool> DelRequestAsync(long userId, ByteString requestId);

    /// <summary>Deletes the sessions of one comet server, except those created in the last <paramref name="age"/>.</summary>
    /// <param name="server">Id of the comet server.</param>
    /// <param name="age">How long ago the deletion was asked for.</param>
    /// <param name="beforeFirst">Awaited once, before the first session is deleted. Not called if there is none to delete.</param>
    /// <param name="cancellationToken">Cancelled when the caller is gone.</param>
    ValueTask DelServerAsync(int server, TimeSpan age, Func<ValueTask> beforeFirst, CancellationToken cancellationToken);

    /// <summary>
    /// Begins a change of a session's room, repeats one that has begun, or ends it (router.proto MChangeRoom). A session that is deleted
    /// takes its change with it.
    /// </summary>
    ValueTask<ChangeRoomReply> ChangeRoomAsync(ChangeRoomArg change);

    /// <summary>Whether the store has a session or a remembered seq of the user. Always true for a store that is never cold.</summary>
    bool Knows(long userId) => true;

    /// <summary>The user's sessions, in ascending order of seq.</summary>
    /// <exception cref="Grpc.Core.RpcException">ResourceExhausted: there are more than an answer holds.</exception>
    async ValueTask<GetReply> GetAsync(long userId) =>
        await GetAsync([userId], RouterLimits.MaxSessions(1), CancellationToken.None) is [var sessions]
            ? sessions
            : throw Refusals.TooLarge([userId]);

    /// <summary>
    /// The sessions of users, in the order of <paramref name="userIds"/>, each user's in ascending order of seq. Ends before the first user
    /// with whom there would be more than <paramref name="maxSessions"/>, so it may have fewer users, or none.
    /// </summary>
    /// <param name="userIds">Each id once.</param>
    /// <param name="maxSessions">Maximum number of sessions.</param>
    /// <param name="cancellationToken">Cancelled when the caller is gone.</param>
    ValueTask<IReadOnlyList<GetReply>> GetAsync(IReadOnlyList<long> userIds, int maxSessions, CancellationToken cancellationToken);

    /// <summary>
    /// The sessions of all these users, in packed arrays. Null if they have more than <paramref name="maxSessions"/>.
    /// </summary>
    /// <param name="userIds">Each id once.</param>
    /// <param name="maxSessions">Maximum number of sessions.</param>
    /// <param name="cancellationToken">Cancelled when the caller is gone.</param>
    async ValueTask<PackedMGetReply?> GetPackedAsync(IReadOnlyList<long> userIds, int maxSessions, CancellationToken cancellationToken)
    {
        var users = await GetAsync(userIds, maxSessions, cancellationToken);
        if (users.Count < userIds.Count)
        {
            return null;
        }

        var reply = new PackedMGetReply();
        foreach (var user in users)
        {
            reply.Counts.Add(user.Seqs.Count);
            reply.Seqs.Add(user.Seqs);
            reply.Servers.Add(user.Servers);
        }

        return reply;
    }

    /// <summary>The lowest ids of users with a session that are above <paramref name="afterUserId"/>, ascending. Takes a scan.</summary>
    /// <param name="afterUserId">Exclusive lower bound.</param>
    /// <param name="limit">Maximum number of ids, 1 or more.</param>
    /// <param name="cancellationToken">Cancelled when the caller is gone.</param>
    ValueTask<UserPage> UsersAboveAsync(long afterUserId, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// A page of the users with a session in a room, in the order of bucket and user id, bounded in bytes. A session that stays in the room
    /// is in one page, once. Reads an index, not all sessions.
    /// </summary>
    /// <param name="roomId">The room; not -1.</param>
    /// <param name="afterUserId">The last user of the page before; null for the first page.</param>
    /// <param name="limit">Maximum number of users, 1 or more.</param>
    /// <param name="cancellationToken">Cancelled when the caller is gone.</param>
    /// <exception cref="Grpc.Core.RpcException">ResourceExhausted: one user has more sessions in it than an answer holds.</exception>
    ValueTask<RoomUsersReply> RoomUsersAsync(int roomId, long? afterUserId, int limit, CancellationToken cancellationToken);

    /// <summary>The number of the user's sessions.</summary>
    ValueTask<int> UserCountAsync(long userId);

    /// <summary>The number of sessions in the room.</summary>
    ValueTask<int> RoomCountAsync(int roomId);

    /// <summary>The number of all sessions.</summary>
    ValueTask<int> CountAsync();

    /// <summary>The numbers of all sessions and of users with a session.</summary>
    ValueTask<StoreCount> StoreCountAsync();

    /// <summary>Adds the number of sessions of each room to <paramref name="total"/>. Rooms without a session are omitted.</summary>
    ValueTask AddRoomCountsAsync(Dictionary<int, int> total, CancellationToken cancellationToken);

    /// <summary>
    /// Adds the number of sessions of each comet server to <paramref name="total"/>. Servers without a session are omitted.
    /// </summary>
    ValueTask AddServerCountsAsync(Dictionary<int, int> total, CancellationToken cancellationToken);
}

/// <summary>Ids of users with a session.</summary>
/// <param name="UserIds">Ascending. May be fewer than asked for although there are more.</param>
/// <param name="Next">The next page is above this id. Null if this page is the last.</param>
internal readonly record struct UserPage(long[] UserIds, long? Next);
