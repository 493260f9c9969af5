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
        var total = new SortedDictionary<int, long>();
        Problem? problem;
        switch (type)
        {
            case "room":
                if (!(await router.AllRoomCountAsync(WouldBeShort, cancellationToken)).Is(out var rooms, out problem))
                {
                    return problem;
                }

                Array.ForEach(rooms, reply => Add(total, reply.Counter));
                return Write("RoomId", total);
            case "server":
                if (!(await router.AllServerCountAsync(WouldBeShort, cancellationToken)).Is(out var servers, out problem))
                {
                    return problem;
                }

                Array.ForEach(servers, reply => Add(total, reply.Counter));
                return Write("Server", total);
            default:
                return new Problem(ProblemKind.BadInput, $"type is {(type is null ? "missing" : Quoted.Of(type))}: expected room or server.");
        }
    }

    private static void Add(SortedDictionary<int, long> total, IEnumerable<KeyValuePair<int, int>> counter)
    {
        foreach (var (id, count) in counter)
        {
            total[id] = total.GetValueOrDefault(id) + count;
        }
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
