using Goim.Logic.Delivery;
using Goim.Logic.Routing;
using Goim.Logic.Routing.Lookup;
using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Logic.Push;

/// <summary>
/// Makes the records of one push from its users' sessions: one for each comet server, more if a record would become too large.
/// </summary>
/// <param name="size">How large a record may be.</param>
/// <param name="message">The message of every record.</param>
/// <param name="restriction">Has the sessions that are left out. Null for none.</param>
/// <param name="tail">What follows in every record, as <see cref="RecordTail"/> writes it. Null for nothing.</param>
/// <remarks>goim logic/router.go genSubKey and divideNode. goim's record has no limit, and is lost when Kafka refuses it.</remarks>
internal sealed class RecordBuilder(
    RecordSize size, ReadOnlyMemory<byte> message, PushRestriction? restriction = null, byte[]? tail = null)
{
    // Linked in the order in which they first occur.
    private ServerRecords? first, last;
    private int serverCount;
    private Dictionary<int, ServerRecords>? byServer;
    private ServerRecords? latest;
    private List<long>? offline;
    private SubKey[]? offlineKeys;
    private long sessionCount;
    private bool isTooLarge;

    /// <summary>Adds a user's sessions.</summary>
    public void Add(long userId, ReadOnlySpan<int> seqs, ReadOnlySpan<int> onServers)
    {
        if (seqs.IsEmpty)
        {
            (offline ??= []).Add(userId);
            return;
        }

        if (restriction is not null)
        {
            AddUnlessExcepted(userId, seqs, onServers);
            return;
        }

        sessionCount += seqs.Length;
        for (var i = 0; i < seqs.Length; i++)
        {
            Add(new SubKey(userId, seqs[i]), onServers[i]);
        }
    }

    /// <summary>Adds the sessions of many users.</summary>
    public void Add(in PackedUsers users)
    {
        var userIds = users.UserIds.Span;
        var counts = UnsafeCollectionOperations.AsSpan(users.Reply.Counts);
        ReadOnlySpan<int> seqs = UnsafeCollectionOperations.AsSpan(users.Reply.Seqs);
        ReadOnlySpan<int> onServers = UnsafeCollectionOperations.AsSpan(users.Reply.Servers);
        for (var (i, start) = (0, 0); i < userIds.Length; start += counts[i], i++)
        {
            Add(userIds[i], seqs.Slice(start, counts[i]), onServers.Slice(start, counts[i]));
        }
    }

    /// <summary>Adds one session of a user. The push then tells of an offline sub key, not of offline users.</summary>
    /// <param name="key">The session's sub key.</param>
    /// <param name="sessions">All sessions of the user.</param>
    public void Add(SubKey key, in UserSessions sessions)
    {
        offlineKeys = [key];
        for (var i = 0; i < sessions.Count; i++)
        {
            if (sessions.Seqs[i] == key.Seq)
            {
                offlineKeys = [];
                sessionCount++;
                Add(key, sessions.Servers[i]);
            }
        }
    }

    /// <summary>Sorts the users without a session, who were added node by node, into the order of <paramref name="userIds"/>.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public void SortOffline(ReadOnlyMemory<long> userIds, CancellationToken cancellationToken)
    {
        if (offline is null)
        {
            return;
        }

        var without = offline.ToHashSet(SeededLongComparer.Instance);
        offline = new List<long>(without.Count);
        foreach (var userId in userIds.Span)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (without.Contains(userId))
            {
                offline.Add(userId);
            }
        }
    }

    /// <summary>The plan, or the problem of a message that leaves no room for a sub key. Call it once, after the last user.</summary>
    public Outcome<PushPlan> Build()
    {
        var count = 0;
        for (var server = first; server is not null; server = server.Next)
        {
            count += server.Count;
        }

        var records = new PushRecord[count];
        count = 0;
        for (var server = first; server is not null; server = server.Next)
        {
            server.End(records.AsSpan(count));
            count += server.Count;
        }

        return isTooLarge ? size.TooLarge(message.Length, tail)
            : RecordSize.TooMuch(records, "users") is { } problem ? problem
            : new PushPlan(records, new Recipients(sessionCount, serverCount)
            {
                Offline = offlineKeys is null ? (IReadOnlyList<long>?)offline ?? [] : null,
                OfflineKeys = offlineKeys,
            });
    }

    private void AddUnlessExcepted(long userId, ReadOnlySpan<int> seqs, ReadOnlySpan<int> onServers)
    {
        for (var i = 0; i < seqs.Length; i++)
        {
            var key = new SubKey(userId, seqs[i]);
            if (!restriction!.Excepts(key))
            {
                sessionCount++;
                Add(key, onServers[i]);
            }
        }
    }

    private void Add(SubKey key, int server)
    {
        var records = latest?.Server == server ? latest : RecordsOf(server);
        isTooLarge |= !records.TryAdd(key);
    }

    private ServerRecords RecordsOf(int server)
    {
        if (byServer?.TryGetValue(server, out latest) is true)
        {
            return latest!;
        }

        latest = new ServerRecords(server, size.MaxMultipleBytes(server, message.Length, tail), message, tail);
        first ??= latest;
        last?.Next = latest;
        last = latest;
        serverCount++;

        // A push to one user mostly has one server and needs no dictionary.
        if (serverCount > 1)
        {
            byServer ??= new Dictionary<int, ServerRecords>(SeededIntComparer.Instance) { { first.Server, first } };
            byServer.Add(server, latest);
        }

        return latest;
    }
}
