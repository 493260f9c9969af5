using Goim.Logic.Delivery;
using Goim.Logic.Routing.Lookup;
using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Logic.Push;

/// <summary>
/// Makes the records of one push from its users' sessions: one for each comet server, more if a record would become too large.
/// </summary>
/// <remarks>goim logic/router.go genSubKey and divideNode. goim's record has no limit, and is lost when Kafka refuses it.</remarks>
internal sealed class RecordBuilder(RecordSize size, ReadOnlyMemory<byte> message)
{
    // In the order in which they first occur.
    private readonly List<ServerRecords> servers = new(1);
    private Dictionary<int, ServerRecords>? byServer;
    private ServerRecords? latest;
    private List<long>? offline;
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

        sessionCount += seqs.Length;
        for (var i = 0; i < seqs.Length; i++)
        {
            var records = latest?.Server == onServers[i] ? latest : RecordsOf(onServers[i]);
            isTooLarge |= !records.TryAdd(new SubKey(userId, seqs[i]));
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
        foreach (var server in servers)
        {
            count += server.Count;
        }

        var records = new PushRecord[count];
        count = 0;
        foreach (var server in servers)
        {
            server.End(records.AsSpan(count));
            count += server.Count;
        }

        return isTooLarge ? size.TooLarge(message.Length)
            : RecordSize.TooMuch(records) is { } problem ? problem
            : new PushPlan(records, new Recipients(sessionCount, servers.Count, (IReadOnlyList<long>?)offline ?? []));
    }

    private ServerRecords RecordsOf(int server)
    {
        if (byServer?.TryGetValue(server, out latest) is not true)
        {
            latest = new ServerRecords(server, size.MaxValueBytes - KafkaMsg.MultipleLength(server, message.Length), message);
            servers.Add(latest);

            // A push to one user mostly has one server and needs no dictionary.
            if (servers.Count > 1)
            {
                byServer ??= new Dictionary<int, ServerRecords>(SeededIntComparer.Instance) { { servers[0].Server, servers[0] } };
                byServer.Add(server, latest);
            }
        }

        return latest!;
    }
}
