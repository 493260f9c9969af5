using System.Text;
using CsCheck;

namespace Goim.Functions.Tests.Faults.Fuzz;

/// <summary>A request as a careless or a malicious caller may send it.</summary>
internal sealed record FuzzRequest(string Method, string Target, string[] Headers, byte[] Body)
{
    public override string ToString() =>
        $"{Method} {Target} [{string.Join("; ", Headers)}] {Convert.ToBase64String(Body.AsSpan(0, Math.Min(Body.Length, 4_000)))}";
}

/// <summary>Generators of requests to every route: mostly valid, with a few errors.</summary>
internal static class AnyRequest
{
    private static readonly (string Method, string Route, string[] Names, string[] Bodies)[] Routes =
    [
        ("POST", "/1/push", ["uid"], ["hello", ""]),
        ("POST", "/1/pushs", [],
        [
            """{"m":{"test":1},"u":[1,2,3]}""",
            """{"M":null,"U":[],"x":[[[]]]}""",
            """{"m":"\ud83d\ude00","u":[-9223372036854775808]}""",
        ]),
        ("POST", "/1/push/all", [], ["hello"]),
        ("POST", "/1/push/room", ["rid", "ensure"], ["hello"]),
        ("POST", "/1/push/key", ["key"], ["hello"]),
        ("POST", "/1/push/rooms", [],
        [
            """{"m":{"test":1},"r":[1,2,2,-2147483648],"ensure":true}""",
            """{"M":null,"R":[],"ENSURE":false}""",
        ]),
        ("POST", "/1/push/batch", [],
        [
            "{\"uid\":1,\"m\":1}\n{\"u\":[1,2],\"m\":[]}\n{\"rid\":1,\"ensure\":true,\"m\":\"x\"}\n{\"all\":true,\"m\":null}\n",
            "{\"all\":true,\"m\":1}\r\n\r\n\n",
            "{\"key\":\"42_1\",\"m\":1,\"ttl\":60}\n{\"uid\":42,\"except\":[\"42_1\",\"42_7\"],\"m\":1}\n",
        ]),
        ("POST", "/1/connect", [],
        [
            """{"token":"42","server":3}""",
            """{"token":"42","server":3,"requestId":"8f14e45fceea167a5a36dedd4bea2543"}""",
        ]),
        ("POST", "/1/connects", [],
        [
            """{"server":3,"tokens":["42","43","x"]}""",
            """{"server":3,"tokens":["42"],"requestIds":["8f14e45fceea167a5a36dedd4bea2543"]}""",
        ]),
        ("POST", "/1/heartbeat", [], ["""{"server":3}"""]),
        ("POST", "/1/disconnect", [], ["""{"key":"42_1","roomId":1}"""]),
        ("POST", "/1/disconnects", [], ["""{"keys":["42_1","43_1"]}"""]),
        ("POST", "/1/server/del", ["server"], [""]),
        ("GET", "/1/count", ["type", "publish"], [""]),
        ("GET", "/1/room/users", ["rid", "after", "limit"], [""]),
        ("POST", "/1/room/change", [], ["""{"key":"42_1","roomId":7}""", """{"key":"42_1","roomId":-1}"""]),
        ("POST", "/1/room/changes", [], ["""{"server":3,"changes":[{"key":"42_1","roomId":7},{"key":"43_1","roomId":8}]}"""]),
        ("POST", "/1/kick", ["uid", "reason"], [""]),
        ("POST", "/1/kick", ["server"], [""]),
        ("POST", "/1/router/put", [], ["""{"userId":42,"server":3,"roomId":1,"requestId":"8f14e45fceea167a5a36dedd4bea2543"}"""]),
        ("POST", "/1/router/mput", [],
        [
            """{"puts":[{"key":"42_7","server":3,"roomId":1},{"userId":43,"server":3}]}""",
            """{"puts":[{"userId":42,"server":3,"requestId":"8f14e45fceea167a5a36dedd4bea2543"}]}""",
        ]),
        ("POST", "/1/router/del", [], ["""{"userId":42,"seq":1}"""]),
        ("POST", "/1/router/delserver", [], ["""{"server":3}"""]),
        ("GET", "/1/router/get", ["uid"], [""]),
        ("POST", "/1/router/mget", [], ["""{"userIds":[42,43]}"""]),
        ("GET", "/1/router/getall", ["node", "after", "limit"], [""]),
        ("GET", "/1/router/allroomcount", [], [""]),
        ("GET", "/1/router/allservercount", [], [""]),
        ("GET", "/1/router/ping", [], [""]),
        ("GET", "/monitor/ping", [], [""]),
        ("GET", "/monitor/stat", [], [""]),
        ("DELETE", "/monitor/stat", [], [""]),
        ("GET", "/nowhere", [], [""]),
    ];

    /// <summary>The routes that requests go to, as the functions name them.</summary>
    public static IEnumerable<string> RoutesOfRequests => Routes.Select(route => route.Route[1..]);

    private static readonly Gen<string> Value = Gen.Frequency(
        (6, Gen.Int[0, 50].Select(number => $"{number}")),
        (2, Gen.Long.Select(number => $"{number}")),
        (2, Gen.OneOf("42_1", "42_1,42_7", "42_1,", "+42_007", "_")),
        (2, Gen.OneOf("room", "server", "queue", "broker", "true", "1", "0", "false", "T", "")),
        (2, Gen.OneOf("-1", "+5", "%2B5", "007", "9223372036854775808", "2147483648", "1e3", "0x1", "NaN",
            "%00", "%zz", "%", "a%20b", "%C3%28", "%F0%9F%98%80", "a;b", "'\"<>", "../..")),
        (1, Gen.String[Gen.Char['!', '~'], 0, 40].Select(text => text.Replace('#', '_'))));

    private static readonly Gen<string> Name = Gen.OneOf(
        "uid", "rid", "ensure", "server", "type", "publish", "ack", "detail", "dry", "node", "after", "limit", "key", "reason",
        "except", "ttl", "UID", "%75id", "x", "");

    private static readonly Gen<string> Header = Gen.Frequency(
        (3, Gen.Const("X-Goim-Errors: http")),
        (1, Gen.Const("X-Goim-Errors: ")),
        (1, Gen.String[Gen.Char['!', '~'], 1, 12].Select(key => $"Idempotency-Key: {key}")),
        (1, Gen.Int[0, 20].Select(key => $"Idempotency-Key: {key}")),
        (1, Gen.OneOf("Idempotency-Key: ", "Idempotency-Key: a b", "Content-Type: text/plain", "Content-Type: ;;", "Accept: */*",
            "Cookie: a=b; =; c", "x-functions-key: k", "traceparent: 00-x", "Content-Encoding: gzip", "Content-Encoding: identity")));

    public static readonly Gen<FuzzRequest> OfAnyRoute =
        from route in Gen.Int[0, Routes.Length - 1].Select(i => Routes[i])
        from method in Gen.Frequency(
            (30, Gen.Const(route.Method)),
            (1, Gen.OneOf("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "FOO")))
        from own in Values(route.Names)
        from more in Gen.Select(Name, Value).Array[0, 3]
        from separator in Gen.Frequency((20, Gen.Const("&")), (1, Gen.OneOf("&&", ";", "?", "=&=")))
        from headers in Header.Array[0, 2]
        from body in Body(route.Bodies)
        select new FuzzRequest(
            method,
            $"{route.Route}?{string.Join(separator, own.Concat(more.Select(pair => $"{pair.Item1}={pair.Item2}")))}",
            headers,
            body);

    private static Gen<string[]> Values(string[] names) => names.Length == 0
        ? Gen.Const(Array.Empty<string>())
        : Value.Array[names.Length].Select(values => names.Zip(values, (name, value) => $"{name}={value}").ToArray());

    private static Gen<byte[]> Body(string[] bodies) => Gen.Frequency(
        (8, Gen.OneOf(bodies).Select(Encoding.UTF8.GetBytes)),
        (6, Gen.Select(Gen.OneOf(bodies), Gen.Select(Gen.Int[0, 400], Gen.Byte).Array[1, 4]).Select(Mutated)),
        (2, Gen.Select(Gen.OneOf(bodies), Gen.Int[0, 400]).Select(Cut)),
        (1, Gen.Select(Gen.OneOf(bodies), Gen.Int[2, 4_000]).Select(Repeated)),
        (2, Gen.Byte.Array[0, 300]),
        (1, Gen.Const(Array.Empty<byte>())));

    private static byte[] Cut(string text, int length)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes[..Math.Min(length, bytes.Length)];
    }

    private static byte[] Repeated(string text, int times) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, times)));

    private static byte[] Mutated(string text, (int At, byte Value)[] changes)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var (at, value) in changes)
        {
            if (bytes.Length > 0)
            {
                bytes[at % bytes.Length] = value;
            }
        }

        return bytes;
    }
}
