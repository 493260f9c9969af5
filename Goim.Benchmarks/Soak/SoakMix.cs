using System.Globalization;
using System.Text.Json;
using Goim.Benchmarks.Load;

namespace Goim.Benchmarks.Soak;

/// <summary>The requests of a soak run: every route, right and wrong. None changes the number of sessions for long.</summary>
internal sealed class SoakMix
{
    /// <summary>A comet server without a session.</summary>
    private const int UnusedServer = 999_999;

    private readonly Population population;
    private readonly Random random;
    private readonly Func<SoakRequest>[] kinds;

    /// <param name="population">The sessions at the start: one for each user.</param>
    /// <param name="seed">Seed of the random choices.</param>
    public SoakMix(Population population, int seed)
    {
        this.population = population;
        random = new Random(seed);
        kinds = [.. Pushes(), .. Sessions(), .. Reads(), .. Wrong(), .. Disturbed()];
    }

    /// <summary>A request of any kind.</summary>
    public SoakRequest Next() => kinds[random.Next(kinds.Length)]();

    private Func<SoakRequest>[] Pushes() =>
    [
        () => SoakRequest.Post("push", $"/1/push?uid={User()}", Message(100)),
        () => SoakRequest.Post("push, acknowledged", $"/1/push?uid={User()}&ack=broker", Message(100)),
        () => SoakRequest.Post("push, detail", $"/1/push?uid={User()}&detail=1", Message(100)),
        () => SoakRequest.Post("push, large", "/1/push/all?dry=1", Message(500_000)),
        () => SoakRequest.Post("push/room", $"/1/push/room?rid={Room()}", Message(100)),
        () => SoakRequest.Post("push/room, detail", $"/1/push/room?rid={Room()}&ensure=1&detail=1", Message(100)),
        () => SoakRequest.Post("push/all", "/1/push/all?ack=broker", Message(100)),
        () => SoakRequest.Post("push/all, restricted", $"/1/push/all?except={User()}_1,{User()}_1&ttl=60", Message(100)),
        () => SoakRequest.Post("push/key", $"/1/push/key?key={User()}_1&detail=1", Message(100)),
        () => SoakRequest.Post("push/rooms", "/1/push/rooms?ack=broker", $$"""{"m":{"test":1},"r":[{{Room()}},{{Room()}}]}"""),
        () => SoakRequest.Post("pushs", "/1/pushs?ack=broker&detail=1", $$"""{"m":{"test":1},"u":[{{Users(100)}}]}"""),
        () => SoakRequest.Post("pushs, chosen ids", "/1/pushs?dry=1&detail=1", $$"""{"m":1,"u":[{{Chosen(10_000)}}]}"""),
        () => SoakRequest.Post("push/batch", "/1/push/batch", string.Concat(Enumerable.Range(0, 20).Select(_ => Line()))),
    ];

    private Func<SoakRequest>[] Sessions() =>
    [
        () => SoakRequest.Post("connect", "/1/connect", $$"""{"token":"{{User()}}","server":{{Server()}}}""") with { Then = Disconnect },
        () => SoakRequest.Post("connects", "/1/connects", $$"""{"server":{{Server()}},"tokens":["{{User()}}","{{User()}}"]}""") with
        {
            Then = Disconnects,
        },
        () => SoakRequest.Post("router/put", "/1/router/put", $$"""{"userId":{{User()}},"server":{{Server()}}}""") with { Then = Delete },
        () => SoakRequest.Post("router/mput", "/1/router/mput", $$"""{"puts":[{{string.Join(',', Restores(100))}}]}"""),
        () => SoakRequest.Post("router/delserver", "/1/router/delserver", $$"""{"server":{{UnusedServer}}}"""),
        () => SoakRequest.Post("server/del", $"/1/server/del?server={UnusedServer}", ""),
        () => SoakRequest.Post("kick", $"/1/kick?server={UnusedServer}", ""),
        () => SoakRequest.Post("heartbeat", "/1/heartbeat", $$"""{"server":{{Server()}}}"""),
    ];

    private Func<SoakRequest>[] Reads() =>
    [
        () => SoakRequest.Get("count?type=room", "/1/count?type=room"),
        () => SoakRequest.Get("count?type=server", "/1/count?type=server"),
        () => SoakRequest.Get("count?type=total", "/1/count?type=total"),
        () => SoakRequest.Get("count of a room", $"/1/count?type=room&rid={Room()}"),
        () => SoakRequest.Get("room/users", $"/1/room/users?rid={Room()}&limit=100"),
        () => SoakRequest.Get("router/get", $"/1/router/get?uid={User()}"),
        () => SoakRequest.Post("router/mget", "/1/router/mget", $$"""{"userIds":[{{Users(100)}}]}"""),
        () => SoakRequest.Get("router/getall", $"/1/router/getall?node=1&after={User()}&limit=100"),
        () => SoakRequest.Get("router/allroomcount", "/1/router/allroomcount"),
        () => SoakRequest.Get("router/allservercount", "/1/router/allservercount"),
        () => SoakRequest.Get("router/ping", "/1/router/ping"),
        () => SoakRequest.Get("monitor/stat", "/monitor/stat"),
        () => SoakRequest.Get("monitor/ping", "/monitor/ping", Expectation.Text),
    ];

    private Func<SoakRequest>[] Wrong() =>
    [
        () => SoakRequest.Post("bad query", "/1/push?uid=forty-two", Message(100), Expectation.Refusal),
        () => SoakRequest.Post("no JSON", "/1/pushs", """{"m":""", Expectation.Refusal),
        () => SoakRequest.Post("a string for a number", "/1/pushs", """{"m":1,"u":["42"]}""", Expectation.Refusal),
        () => SoakRequest.Post("deep JSON", "/1/pushs", $$"""{"u":[1],"m":{{new string('[', 50_000)}}""", Expectation.Refusal),
        () => SoakRequest.Post("no UTF-8", "/1/connect", "{\"token\":\"\u00ff\u00fe\",\"server\":3}", Expectation.Refusal),
        () => SoakRequest.Post("bad except", "/1/push/all?except=forty-two", Message(100), Expectation.Refusal),
        () => SoakRequest.Post("bad line", "/1/push/batch", "{\"uid\":1,\"x\":1}\n{\"all\":true,\"m\":1}\n", Expectation.Refusal),
        () => SoakRequest.Post("bad tokens", "/1/connects", """{"server":3,"tokens":["42",42]}""", Expectation.Refusal),
        () => SoakRequest.Post("bad puts", "/1/router/mput", """{"puts":[{"key":"42"}]}""", Expectation.Refusal),
        () => SoakRequest.Post("bad users", "/1/router/mget", $$"""{"userIds":[{{Users(100)}},null]}""", Expectation.Refusal),
        () => SoakRequest.Get("bad count", "/1/count?type=user", Expectation.Refusal),
        () => SoakRequest.Of("no storage", "POST", "/1/push/all", "m", Expectation.Refusal, "Idempotency-Key: a\r\n"),
        () => SoakRequest.Of("too large", "POST", "/1/push/all", "", Expectation.Refusal, announced: 8_000_000) with { IsLast = true },
        () => SoakRequest.Of("compressed", "POST", "/1/push/all", "m", Expectation.Refusal, "Content-Encoding: gzip\r\n"),
        () => SoakRequest.Of("wrong method", "PUT", "/1/push?uid=1", "m", Expectation.WrongMethod),
        () => SoakRequest.Of("wrong method", "GET", "/1/router/mput", "", Expectation.WrongMethod),
        () => SoakRequest.Get("unknown route", "/1/nowhere", Expectation.NotFound),
        () => new SoakRequest("no HTTP", "\0\u0001nonsense\r\n\r\n", [], Expectation.BadRequest) { IsLast = true },
    ];

    private Func<SoakRequest>[] Disturbed() =>
    [
        () => SoakRequest.Post("slow body", "/1/push/all?ack=broker", Message(1_000)) with { Sending = Sending.Slow },
        () => SoakRequest.Post("slow body", "/1/router/mget", $$"""{"userIds":[{{Users(100)}}]}""") with { Sending = Sending.Slow },
        () => Aborted("aborted body", SoakRequest.Of("", "POST", "/1/push/all", Message(500), Expectation.Nothing, announced: 5_000)),
        () => Aborted("aborted body", SoakRequest.Of("", "POST", "/1/push/batch", Line(), Expectation.Nothing, announced: 5_000)),
        () => Aborted("aborted answer", SoakRequest.Post("", "/1/pushs?dry=1&detail=1", $$"""{"m":1,"u":[{{Chosen(10_000)}}]}""")),
        () => Aborted("aborted answer", SoakRequest.Get("", "/1/router/getall?node=1&limit=10000")),
        () => Aborted("aborted head", new SoakRequest("", "POST /1/push/all HTTP/1.1\r\nHost: loc", [], Expectation.Nothing)),
    ];

    private static SoakRequest Aborted(string kind, SoakRequest request) =>
        request with { Kind = kind, Expected = Expectation.Nothing, Sending = Sending.Aborted, IsLast = true };

    private static SoakRequest Disconnect(string answer) =>
        SoakRequest.Post("disconnect", "/1/disconnect", $$"""{"key":"{{Data(answer).GetProperty("key")}}"}""");

    private static SoakRequest Disconnects(string answer)
    {
        var keys = Data(answer).GetProperty("clients").EnumerateArray().Select(client => $"\"{client.GetProperty("key")}\"");
        return SoakRequest.Post("disconnects", "/1/disconnects", $$"""{"keys":[{{string.Join(',', keys)}}]}""");
    }

    private static SoakRequest Delete(string answer)
    {
        var key = Data(answer).GetProperty("key").GetString()!.Split('_');
        return SoakRequest.Post("router/del", "/1/router/del", $$"""{"userId":{{key[0]}},"seq":{{key[1]}}}""");
    }

    private static JsonElement Data(string answer) => JsonElement.Parse(answer).GetProperty("data");

    private static string Message(int bytes) => new('m', bytes);

    private string Line() => random.Next(6) switch
    {
        0 => $$"""{"uid":{{User()}},"m":1}""" + "\n",
        1 => $$"""{"u":[{{Users(10)}}],"m":[1]}""" + "\n",
        2 => $$"""{"rid":{{Room()}},"m":"x"}""" + "\n",
        3 => $$"""{"key":"{{User()}}_1","m":1,"ttl":60}""" + "\n",
        4 => $$"""{"uid":{{User()}},"m":1,"except":["{{User()}}_1"]}""" + "\n",
        _ => """{"all":true,"m":null}""" + "\n",
    };

    // The sessions that StartedApp has put, so that nothing changes.
    private IEnumerable<string> Restores(int count) => Enumerable.Range(0, count).Select(_ => User()).Select(user => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"key":"{{user}}_1","server":{{(user % population.Servers) + 1}},"roomId":{{(user % population.Rooms) + 1}}}"""));

    private string Users(int count) => string.Join(',', Enumerable.Range(0, count).Select(_ => User()));

    // Ids with one and the same .NET hash code.
    private static string Chosen(int count) =>
        string.Join(',', Enumerable.Range(1, count).Reverse().Select(id => ((long)id << 32) | (uint)id));

    private int User() => random.Next(population.Users) + 1;

    private int Room() => random.Next(population.Rooms) + 1;

    private int Server() => random.Next(population.Servers) + 1;
}
