using Goim.Protocol;

namespace Goim.Router;

/// <summary>Where a node keeps its sessions: in its own memory, or in a Redis that all nodes share.</summary>
internal interface ISessions
{
    /// <summary><c>memory</c> or <c>redis</c>: what a node tells of itself in the header <c>goim-store</c>.</summary>
    string Store { get; }

    /// <summary>To be awaited before a call: whether the store can be asked at all, which it throws for if not.</summary>
    ValueTask ReadyAsync() => ValueTask.CompletedTask;

    /// <summary>Adds a session, or restores one that has a seq; gives its seq, 0 if the user has none left.</summary>
    ValueTask<int> PutAsync(PutArg session);

    /// <summary>Removes a session, if it was created at or before <paramref name="beforeUnixMs"/> (0: whenever); whether it was there and is gone.</summary>
    ValueTask<bool> DelAsync(long userId, int seq, long beforeUnixMs);

    /// <summary>Removes the sessions of one comet server that were created at or before <paramref name="beforeUnixMs"/> (0: whenever).</summary>
    ValueTask DelServerAsync(int server, long beforeUnixMs, CancellationToken cancellationToken);

    /// <summary>The user's sessions, by seq.</summary>
    async ValueTask<GetReply> GetAsync(long userId) => (await GetAsync([userId]))[0];

    /// <summary>The sessions of each user, by seq; as asked, empty for a user without one.</summary>
    ValueTask<IReadOnlyList<GetReply>> GetAsync(IReadOnlyList<long> userIds);

    /// <summary>As <see cref="GetAsync(IReadOnlyList{long})"/>, packed.</summary>
    async ValueTask<PackedMGetReply> GetPackedAsync(IReadOnlyList<long> userIds)
    {
        var reply = new PackedMGetReply();
        foreach (var user in await GetAsync(userIds))
        {
            reply.Counts.Add(user.Seqs.Count);
            reply.Seqs.Add(user.Seqs);
            reply.Servers.Add(user.Servers);
        }

        return reply;
    }

    /// <summary>The users above <paramref name="afterUserId"/> that have a session, ascending, some at a time.</summary>
    /// <param name="afterUserId">Users above it.</param>
    /// <param name="limit">How many; 0 for all.</param>
    /// <param name="cancellationToken">The caller left.</param>
    IAsyncEnumerable<long[]> UsersAboveAsync(long afterUserId, int limit, CancellationToken cancellationToken);

    ValueTask<int> UserCountAsync(long userId);

    ValueTask<int> RoomCountAsync(int roomId);

    /// <summary>All sessions.</summary>
    ValueTask<int> CountAsync();

    /// <summary>Adds the sessions of each room to <paramref name="total"/>; rooms without one are left out.</summary>
    ValueTask AddRoomCountsAsync(IDictionary<int, int> total);

    /// <summary>As for rooms.</summary>
    ValueTask AddServerCountsAsync(IDictionary<int, int> total);
}
