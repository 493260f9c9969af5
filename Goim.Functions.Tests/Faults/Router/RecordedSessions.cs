using System.Collections.Concurrent;
using Goim.Protocol;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>The sessions that answered calls have put and deleted, to compare with those that a node has.</summary>
/// <param name="users">The sessions' users have the ids from 0 up to this number.</param>
internal sealed class RecordedSessions(int users)
{
    private readonly ConcurrentDictionary<(long User, int Seq), Recorded> known = new();

    public int Count => known.Count;

    /// <param name="key">The session.</param>
    /// <param name="server">Its comet server.</param>
    /// <param name="room">Its room.</param>
    /// <param name="start">When the call began: a timestamp.</param>
    /// <returns>False if it was put before.</returns>
    public bool Add((long User, int Seq) key, int server, int room, long start) =>
        known.TryAdd(key, new Recorded(server, room, start, IsDeleted: false));

    /// <summary>The session's comet server.</summary>
    public int ServerOf((long User, int Seq) key) => known[key].Server;

    /// <param name="key">The session.</param>
    /// <param name="room">Its room now.</param>
    /// <param name="start">When the call began: a timestamp.</param>
    public void Restore((long User, int Seq) key, int room, long start) => known[key] = known[key] with { Room = room, Start = start };

    /// <param name="key">The session.</param>
    /// <param name="start">When the call began: a timestamp.</param>
    public void Delete((long User, int Seq) key, long start) => known[key] = known[key] with { IsDeleted = true, Start = start };

    /// <summary>The numbers of puts that are lost, of deleted sessions that are there, and of sessions that nobody put.</summary>
    /// <param name="node">The node to ask.</param>
    /// <param name="since">Leaves out sessions whose last call began before this timestamp.</param>
    public async Task<(int Lost, int Back, int Unknown)> CompareAsync(RouterRPC.RouterRPCClient node, long since = 0)
    {
        var found = await FoundAsync(node);
        return (
            known.Count(session => !session.Value.IsDeleted && session.Value.Start > since && !found.ContainsKey(session.Key)),
            known.Count(session => session.Value.IsDeleted && session.Value.Start > since && found.ContainsKey(session.Key)),
            found.Keys.Count(key => !known.ContainsKey(key)));
    }

    /// <summary>The counts are those of the sessions that are there.</summary>
    public async Task AssertCountsAsync(RouterRPC.RouterRPCClient node)
    {
        var found = await FoundAsync(node);
        Assert.Equal(Counts(found.Values), (await node.AllServerCountAsync(new NoArg())).Counter.ToDictionary());
        Assert.Equal(Counts(found.Keys.Select(key => known[key].Room)), (await node.AllRoomCountAsync(new NoArg())).Counter.ToDictionary());
        Assert.Equal(found.Count, (await node.CountAsync(new NoArg())).Count);
    }

    /// <summary>The comet servers of the users' sessions, by session.</summary>
    public async Task<IReadOnlyDictionary<(long User, int Seq), int>> FoundAsync(RouterRPC.RouterRPCClient node)
    {
        var reply = await node.MGetAsync(new MGetArg { UserIds = { Enumerable.Range(0, users).Select(user => (long)user) } });
        return reply.UserIds.Zip(reply.Sessions)
            .SelectMany(user => user.Second.Seqs.Zip(user.Second.Servers).Select(session => (User: user.First, Session: session)))
            .ToDictionary(pair => (pair.User, pair.Session.First), pair => pair.Session.Second);
    }

    private static Dictionary<int, int> Counts(IEnumerable<int> ids) =>
        ids.GroupBy(id => id).ToDictionary(group => group.Key, group => group.Count());

    private sealed record Recorded(int Server, int Room, long Start, bool IsDeleted);
}
