using System.Buffers;
using System.Text.Json;
using Goim.Logic.Input;
using Goim.Logic.Routing;

namespace Goim.Logic.Counts;

/// <summary>How many sessions each room or each comet server has, over all router nodes.</summary>
/// <remarks>goim logic/count.go. A node that does not answer fails the count; goim leaves its sessions out.</remarks>
public sealed class SessionCounts(RouterClient router)
{
    private const string WouldBeShort = "the count would be short.";

    /// <summary>The counts as <c>[{"RoomId":1,"Count":2}]</c> or <c>[{"Server":1,"Count":3}]</c>, UTF-8, by id.</summary>
    /// <param name="type"><c>room</c> or <c>server</c>.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public async Task<Outcome<ReadOnlyMemory<byte>>> CountAsync(string? type, CancellationToken cancellationToken)
    {
        switch (type)
        {
            case "room":
                return (await RoomsAsync(cancellationToken)).Is(out var rooms, out var problem) ? Write("RoomId", rooms) : problem;
            case "server":
                return (await ServersAsync(cancellationToken)).Is(out var servers, out problem) ? Write("Server", servers) : problem;
            default:
                return new Problem(ProblemKind.BadInput, $"type is {(type is null ? "missing" : Quoted.Of(type))}: expected room or server.");
        }
    }

    /// <summary>Sessions by room; -1 holds those in none.</summary>
    public async Task<Outcome<SortedDictionary<int, long>>> RoomsAsync(CancellationToken cancellationToken) =>
        (await router.AllRoomCountAsync(WouldBeShort, cancellationToken)).Is(out var replies, out var problem)
            ? Summed(replies.SelectMany(reply => reply.Counter))
            : problem;

    /// <summary>Sessions by comet server.</summary>
    public async Task<Outcome<SortedDictionary<int, long>>> ServersAsync(CancellationToken cancellationToken) =>
        (await router.AllServerCountAsync(WouldBeShort, cancellationToken)).Is(out var replies, out var problem)
            ? Summed(replies.SelectMany(reply => reply.Counter))
            : problem;

    private static SortedDictionary<int, long> Summed(IEnumerable<KeyValuePair<int, int>> counts)
    {
        var total = new SortedDictionary<int, long>();
        foreach (var (id, count) in counts)
        {
            total[id] = total.GetValueOrDefault(id) + count;
        }

        return total;
    }

    private static ReadOnlyMemory<byte> Write(string name, SortedDictionary<int, long> total)
    {
        var output = new ArrayBufferWriter<byte>(64);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartArray();
        foreach (var (id, count) in total)
        {
            json.WriteStartObject();
            json.WriteNumber(name, id);
            json.WriteNumber("Count"u8, count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        return output.WrittenMemory;
    }
}
