using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Goim.Protocol;

namespace Goim.Logic.Sessions;

/// <summary>Sessions by room or by comet server, summed over the router nodes. Each answer is written when it is first asked for.</summary>
internal sealed class SessionTotals
{
    private readonly int[] ids;
    private readonly long[] counts;
    private readonly Lazy<Task<CountAnswer>> list;
    private readonly Lazy<Task<CountAnswer>> counter;

    /// <param name="idName">Name of the id in <see cref="ListAsync"/>.</param>
    /// <param name="replies">The counts of each node, by id.</param>
    public SessionTotals(string idName, params ReadOnlySpan<PackedCountReply> replies)
    {
        (ids, counts) = Summed(replies);

        // On the thread pool: those who ask meanwhile must not hold its threads.
        list = new(() => Task.Run(() => CountAnswer.Write(json => WriteList(json, idName))));
        counter = new(() => Task.Run(() => CountAnswer.Write(WriteCounter)));
    }

    /// <summary>Number of rooms or comet servers that have a session.</summary>
    public int Count => ids.Length;

    /// <summary>Sessions of one room or comet server.</summary>
    public long this[int id] => Array.BinarySearch(ids, id) is >= 0 and var i ? counts[i] : 0;

    /// <summary>Sessions of all of them.</summary>
    public long Sum() => counts.Sum();

    /// <summary><c>[{"RoomId":1,"Count":2}]</c>, ordered by id.</summary>
    public Task<CountAnswer> ListAsync(CancellationToken cancellationToken) => list.Value.WaitAsync(cancellationToken);

    /// <summary><c>{"counter":{"1":2}}</c>, ordered by id.</summary>
    public Task<CountAnswer> CounterAsync(CancellationToken cancellationToken) => counter.Value.WaitAsync(cancellationToken);

    // Sorted, not hashed: callers choose the ids of rooms.
    private static (int[] Ids, long[] Counts) Summed(ReadOnlySpan<PackedCountReply> replies)
    {
        var (idList, countList) = (new List<int>(), new List<long>());
        foreach (var reply in replies)
        {
            idList.AddRange(reply.Ids);
            countList.AddRange(reply.Counts.Select(count => (long)count));
        }

        var (ids, counts) = (idList.ToArray(), countList.ToArray());
        Array.Sort(ids, counts);
        var length = 0;
        for (var i = 0; i < ids.Length; i++)
        {
            if (length > 0 && ids[length - 1] == ids[i])
            {
                counts[length - 1] += counts[i];
            }
            else
            {
                (ids[length], counts[length]) = (ids[i], counts[i]);
                length++;
            }
        }

        Array.Resize(ref ids, length);
        Array.Resize(ref counts, length);
        return (ids, counts);
    }

    private void WriteList(Utf8JsonWriter json, string idName)
    {
        json.WriteStartArray();
        for (var i = 0; i < ids.Length; i++)
        {
            json.WriteStartObject();
            json.WriteNumber(idName, ids[i]);
            json.WriteNumber("Count"u8, counts[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteCounter(Utf8JsonWriter json)
    {
        Span<byte> name = stackalloc byte[11];
        json.WriteStartObject();
        json.WriteStartObject("counter"u8);
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i].TryFormat(name, out var length, default, CultureInfo.InvariantCulture);
            json.WriteNumber(name[..length], counts[i]);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
