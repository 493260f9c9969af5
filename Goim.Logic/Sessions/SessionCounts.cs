using System.Buffers;
using System.Text.Json;
using Goim.Logic.Input;
using Goim.Logic.Routing;

namespace Goim.Logic.Sessions;

/// <summary>Counts the sessions of each room or of each comet server, over all router nodes.</summary>
/// <remarks>goim logic/count.go. If a node does not answer, the count fails. goim leaves that node's sessions out.</remarks>
public sealed class SessionCounts
{
    private const string WouldBeShort = "the count would be short.";

    private readonly RouterClient router;
    private readonly CachedCount rooms;
    private readonly CachedCount servers;

    public SessionCounts(RouterClient router, TimeProvider time)
    {
        this.router = router;
        rooms = new CachedCount(async () => Answer("RoomId", await RoomsAsync(CancellationToken.None)), time);
        servers = new CachedCount(async () => Answer("Server", await ServersAsync(CancellationToken.None)), time);
    }

    /// <summary><c>[{"RoomId":1,"Count":2}]</c> or <c>[{"Server":1,"Count":3}]</c>, ordered by id. At most 1 s old.</summary>
    /// <param name="type"><c>room</c> or <c>server</c>.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public Task<Outcome<CountAnswer>> CountAsync(string? type, CancellationToken cancellationToken) => type switch
    {
        "room" => rooms.GetAsync(cancellationToken),
        "server" => servers.GetAsync(cancellationToken),
        _ => Task.FromResult<Outcome<CountAnswer>>(new Problem(
            ProblemKind.BadInput, $"type is {(type is null ? "missing" : Quoted.Of(type))}: expected room or server.")),
    };

    /// <summary>Sessions by room, as the nodes count them now. Room -1 stands for those in no room.</summary>
    public async Task<Outcome<SortedDictionary<int, long>>> RoomsAsync(CancellationToken cancellationToken) =>
        (await router.AllRoomCountAsync(WouldBeShort, cancellationToken)).Is(out var replies, out var problem)
            ? Summed(replies.SelectMany(reply => reply.Counter))
            : problem;

    /// <summary>Sessions by comet server, as the nodes count them now.</summary>
    public async Task<Outcome<SortedDictionary<int, long>>> ServersAsync(CancellationToken cancellationToken) =>
        (await router.AllServerCountAsync(WouldBeShort, cancellationToken)).Is(out var replies, out var problem)
            ? Summed(replies.SelectMany(reply => reply.Counter))
            : problem;

    /// <summary>A server's sessions were deleted: drops the cached counts.</summary>
    internal void Forget()
    {
        rooms.Forget();
        servers.Forget();
    }

    private static SortedDictionary<int, long> Summed(IEnumerable<KeyValuePair<int, int>> counts)
    {
        var total = new SortedDictionary<int, long>();
        foreach (var (id, count) in counts)
        {
            total[id] = total.GetValueOrDefault(id) + count;
        }

        return total;
    }

    private static Outcome<CountAnswer> Answer(string name, Outcome<SortedDictionary<int, long>> counted)
    {
        if (!counted.Is(out var total, out var problem))
        {
            return problem;
        }

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
        var body = new ArrayBufferWriter<byte>(output.WrittenCount + 32);
        AnswerBody.WriteOk(body, output.WrittenMemory);
        return new CountAnswer(body.WrittenSpan.ToArray(), output.WrittenMemory);
    }
}
