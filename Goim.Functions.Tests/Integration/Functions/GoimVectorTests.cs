using System.Security.Cryptography;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Functions;

/// <summary>Every case recorded from the genuine goim v1: real HTTP, function, gRPC router, Kafka broker, consumed bytes.</summary>
public abstract class GoimVectorTests
{
    private const string Refused = "refused", HostsRoute = "host's route";

    /// <summary>Cases where goim's behaviour is changed on purpose, with the row of docs/goim-differences.md that says so.</summary>
    private static readonly Dictionary<string, (string Row, string Outcome)> Superseded = new()
    {
        ["down/push-user-of-dead-router"] = ("router unreachable", Refused),
        ["down/count-room"] = ("count with a node down", Refused),
        ["serverdel/missing"] = ("server/del with a bad parameter", Refused),
        ["serverdel/empty"] = ("server/del with a bad parameter", Refused),
        ["serverdel/non-numeric"] = ("server/del with a bad parameter", Refused),
        ["serverdel/float"] = ("server/del with a bad parameter", Refused),
        ["count/no-type"] = ("type missing or unknown", Refused),
        ["count/empty-type"] = ("type missing or unknown", Refused),
        ["count/unknown-type"] = ("type missing or unknown", Refused),
        ["room/overflow-int32-wraps"] = ("numbers outside int32", Refused),
        ["pushs/duplicate-users"] = ("duplicate ids", """{"op":"multiple","server":1,"subkeys":["1001_1"],"msg":"ImQi"}"""),
        ["pushs/duplicate-three-session-user"] = (
            "duplicate ids",
            """{"op":"multiple","server":1,"subkeys":["1002_1","1002_3"],"msg":"ImQi"}"""
            + """|{"op":"multiple","server":2,"subkeys":["1002_2"],"msg":"ImQi"}"""),
        ["pushs/missing-m"] = ("missing m", Refused),
        ["pushs/missing-u"] = ("missing u", Refused),
        ["pushs/null-u"] = ("null u", Refused),
        ["pushs/empty-object"] = ("empty object", Refused),
        ["all/body-2MB-dropped"] = ("a record too large for Kafka", Refused),
        ["push/body-2MB-dropped"] = ("a record too large for Kafka", Refused),
        ["route/push-trailing-slash"] = ("routes", HostsRoute),
        ["route/upper-case"] = ("routes", HostsRoute),
        ["route/dotdot"] = ("routes", HostsRoute),
        ["route/root"] = ("routes", HostsRoute),
        ["count/trailing-slash"] = ("routes", HostsRoute),
        ["push/method-post"] = ("routes", HostsRoute),
    };

    internal static IEnumerable<string> SupersededNames => Superseded.Keys;

    internal static TheoryData<string> NamesStartingWith(params string[] prefixes) =>
        [.. Vector.Names.Where(name => prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))];

    /// <summary>Runs a case on a host of its own.</summary>
    /// <param name="name">The case.</param>
    /// <param name="broker">The tests' shared broker unless given.</param>
    private protected static async Task RunAloneAsync(string name, TestBroker? broker = null)
    {
        await using var host = await (broker is null ? TestHost.StartAsync(["1", "2"], []) : TestHost.StartAsync(broker, ["1", "2"]));
        await RunAsync(name, host);
    }

    /// <summary>Runs a case on a shared host that has no session before or after it.</summary>
    private protected static async Task RunAsync(string name, TestHost host)
    {
        var vector = Vector.Of(name);
        foreach (var session in vector.Sessions)
        {
            var put = new PutArg { UserId = session.Uid, Seq = session.Seq, Server = session.Server, RoomId = session.Room };
            await host.Nodes[session.Router].Client.PutAsync(put);
        }

        try
        {
            await RunAsync(name, vector, host);
        }
        finally
        {
            foreach (var session in vector.Sessions.Where(session => !vector.RoutersDown.Contains(session.Router)))
            {
                await host.Nodes[session.Router].Client.DelAsync(new DelArg { UserId = session.Uid, Seq = session.Seq });
            }
        }
    }

    private static async Task RunAsync(string name, Vector vector, TestHost host)
    {
        foreach (var node in vector.RoutersDown)
        {
            await host.Nodes[node].DisposeAsync();
        }

        foreach (var before in vector.Before)
        {
            Assert.Equal(200, (await SendAsync(host, before)).Status);
        }

        var answer = await SendAsync(host, vector.Request);
        if (Superseded.TryGetValue(name, out var superseded))
        {
            Check(superseded.Outcome, answer, host);
            return;
        }

        Assert.Equal(vector.Response.Status, answer.Status);
        if (answer.Status == 405)
        {
            Assert.NotEmpty(answer.Headers["Allow"]);
        }
        else if (answer.Status == 200)
        {
            CheckBody(vector.Response.Body, answer.Body);
        }

        CheckRecords(vector, host.Records());
    }

    private static Task<RawAnswer> SendAsync(TestHost host, Vector.HttpCall call)
    {
        var target = call.Query.Length > 0 ? $"{call.Path}?{call.Query}" : call.Path;
        string[] headers = call.ContentType is null ? [] : [$"Content-Type: {call.ContentType}"];
        return RawHttp.SendAsync(host.Http.BaseAddress!, call.Method, target, call.Bytes, headers);
    }

    private static void Check(string outcome, RawAnswer answer, TestHost host)
    {
        Assert.Equal(200, answer.Status);
        switch (outcome)
        {
            case Refused:
                JsonElement.Parse(answer.Body).IsRefused();
                Assert.Empty(host.Records());
                break;
            case HostsRoute:
                // The answer comes from the function, or for / from the host's own page.
                Assert.True(
                    answer.Body.StartsWith("""{"ret":1""", StringComparison.Ordinal)
                        || answer.Body.StartsWith("<!doctype html>", StringComparison.Ordinal),
                    answer.Body);
                Assert.Empty(host.Records());
                break;
            default:
                Assert.Equal("""{"ret":1}""", answer.Body);
                Assert.Equal(outcome.Split('|'), host.Records().Select(record => record.Text).Order(StringComparer.Ordinal));
                break;
        }
    }

    // Member order and the order of data are not compared; an error says more than goim's.
    private static void CheckBody(string expected, string actual)
    {
        if (expected.Length == 0)
        {
            Assert.Empty(actual);
            return;
        }

        var (goim, ours) = (JsonElement.Parse(expected), JsonElement.Parse(actual));
        Assert.Equal(goim.Ret(), ours.Ret());
        Assert.Equal(goim.TryGetProperty("data", out var data), ours.TryGetProperty("data", out var ourData));
        if (data.ValueKind == JsonValueKind.Array)
        {
            Assert.Equal(
                data.EnumerateArray().Select(item => item.GetRawText()).Order(StringComparer.Ordinal),
                ourData.EnumerateArray().Select(item => item.GetRawText()).Order(StringComparer.Ordinal));
        }
    }

    private static void CheckRecords(Vector vector, IReadOnlyList<ReadRecord> records)
    {
        var expected = vector.Records.Select(sent => (sent.KeyHex, sent.ValueUtf8 ?? sent.ValueSha256!));
        var actual = records.Zip(Pad(vector.Records, records.Count), (record, sent) =>
            (record.KeyHex, sent.ValueUtf8 is null && sent.ValueSha256 is not null ? Hash(record, sent) : record.Text));
        if (vector.Unordered)
        {
            expected = expected.Select(sent => (sent.KeyHex, Sorted(sent.Item2))).Order();
            actual = actual.Select(sent => (sent.KeyHex, Sorted(sent.Item2))).Order();
        }

        Assert.Equal(expected, actual);
    }

    private static IEnumerable<Vector.Sent> Pad(Vector.Sent[] sent, int count) =>
        Enumerable.Range(0, count).Select(i => i < sent.Length ? sent[i] : new Vector.Sent(null, "", null, null));

    private static string Hash(ReadRecord record, Vector.Sent sent)
    {
        Assert.Equal(sent.ValueLen, record.Value.Length);
        return Convert.ToHexStringLower(SHA256.HashData(record.Value));
    }

    // Go's map iteration put the sub keys in any order.
    private static string Sorted(string value)
    {
        var record = KafkaRecord.Read(System.Text.Encoding.UTF8.GetBytes(value))!;
        var inOrder = string.Join(',', record.SubKeys.Select(key => $"\"{key}\""));
        return value.Replace(
            inOrder, string.Join(',', record.SubKeys.Select(key => $"\"{key}\"").Order(StringComparer.Ordinal)), StringComparison.Ordinal);
    }
}
