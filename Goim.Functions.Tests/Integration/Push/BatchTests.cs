using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Push;

/// <summary>Many pushes in one request. User 42 has sessions on servers 3 and 5, user 43 one on server 3.</summary>
public sealed class BatchTests(BatchTests.OneHost shared) : IClassFixture<BatchTests.OneHost>
{
    private readonly TestHost host = shared.ForOneTest();

    [Fact]
    public async Task Each_line_is_a_push_and_is_answered_in_order()
    {
        var answers = await PushAsync(
            """
            {"uid":42,"m":{"a": 1}}
            {"u":[43,42,43],"m":"two"}
             {"m":3,"ensure":true,"rid":1}
            {"rid":-2,"m":[4]}
            {"all":true,"m":null}
            {"uid":99,"m":6}
            {"u":[],"m":7}
            """);

        Assert.Equal([2, 2, 1, 1, 1, 0, 0], answers.Select(answer => answer.GetProperty("data").GetProperty("acks").GetArrayLength()));
        Assert.All(answers, answer => Assert.Equal(1, answer.Ret()));
        Assert.Equal(
            [
                """ {"op":"broadcast","msg":"bnVsbA=="}""",
                """ {"op":"multiple","server":3,"subkeys":["42_1"],"msg":"eyJhIjogMX0="}""",
                """ {"op":"multiple","server":3,"subkeys":["43_1","42_1"],"msg":"InR3byI="}""",
                """ {"op":"multiple","server":5,"subkeys":["42_2"],"msg":"InR3byI="}""",
                """ {"op":"multiple","server":5,"subkeys":["42_2"],"msg":"eyJhIjogMX0="}""",
                """00000001 {"op":"broadcast_room","roomid":1,"msg":"Mw==","ensure":true}""",
                """fffffffe {"op":"broadcast_room","roomid":-2,"msg":"WzRd"}""",
            ],
            host.Records().Select(record => $"{record.KeyHex} {record.Text}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("", "it is no JSON at byte 0")]
    [InlineData("nope", "it is no JSON at byte 1")]
    [InlineData("{\"all\":true,\"m\":1}}", "it is no JSON")]
    [InlineData("[1]", "it is a JSON array")]
    [InlineData("null", "it is a JSON null")]
    [InlineData("{}", "it has 0 of uid, u, key, rid and all: expected one")]
    [InlineData("{\"uid\":1,\"all\":true,\"m\":1}", "it has 2 of uid, u, key, rid and all: expected one")]
    [InlineData("{\"uid\":42}", "m is missing")]
    [InlineData("{\"uid\":\"42\",\"m\":1}", "uid is the string '42': expected a whole number")]
    [InlineData("{\"uid\":4.2,\"m\":1}", "uid is '4.2': expected a whole number")]
    [InlineData("{\"uid\":null,\"m\":1}", "uid is null: expected a whole number")]
    [InlineData("{\"rid\":2147483648,\"m\":1}", "rid is '2147483648': expected a whole number from -2147483648 to 2147483647")]
    [InlineData("{\"all\":false,\"m\":1}", "all is boolean: expected true")]
    [InlineData("{\"rid\":1,\"ensure\":1,\"m\":1}", "ensure is '1': expected true or false")]
    [InlineData("{\"uid\":1,\"ensure\":true,\"m\":1}", "ensure comes without rid")]
    [InlineData("{\"UID\":1,\"m\":1}", "it has a member 'UID'")]
    [InlineData("{\"\\ud800\":1,\"m\":1}", "it has a member '\\ud800'")]
    [InlineData("{\"u\":[1,\"x\"],\"m\":1}", "u[1] is the string 'x': expected a whole number")]
    [InlineData("{\"u\":{},\"m\":1}", "u is object: expected an array of user ids")]
    [InlineData("{\"u\":[1,2,3,4,5],\"m\":1}", "u holds more than 4 user ids")]
    public async Task A_bad_line_fails_alone_and_is_named(string line, string expected)
    {
        var answers = await PushAsync($$"""{"all":true,"m":1}{{"\n"}}{{line}}{{"\n"}}{"all":true,"m":2}""");

        Assert.Equal(3, answers.Count);
        answers[1].IsRefused($"line 2: {expected}");
        Assert.Equal(2, host.Records().Count);
    }

    [Fact]
    public async Task A_message_that_fits_no_record_fails_alone()
    {
        var answers = await PushAsync(
            $$"""
            {"all":true,"m":"{{new string('a', 15_000)}}"}
            {"uid":42,"m":"{{new string('a', 14_950)}}"}
            {"all":true,"m":"{{new string('a', 14_900)}}"}

            """);

        Assert.Equal(3, answers.Count);
        answers[0].IsRefused("line 1: body holds a message of 15002 bytes");
        answers[1].IsRefused("line 2: body holds a message of 14952 bytes");
        Assert.True(Assert.Single(host.Records()).Value.Length <= 20_000 - 26);
    }

    [Fact]
    public async Task Lines_for_users_of_a_node_that_is_down_fail_alone()
    {
        await using var down = await OneHost.StartHostAsync();
        await down.Nodes["2"].DisposeAsync();
        var toUsers = Enumerable.Range(1, 200).Select(user => $$"""{"uid":{{user}},"m":1}""");
        var lines = string.Join('\n', toUsers.Append("""{"all":true,"m":1}"""));

        var answers = await PushAsync(down, lines);

        var failed = answers.Count(answer => answer.Ret() != 1);
        Assert.InRange(failed, 50, 150);
        Assert.All(
            answers.Select((answer, i) => (answer, line: i + 1)).Where(line => line.answer.Ret() != 1),
            line => line.answer.IsRefused($"line {line.line}: router node 2 did not answer: nothing was sent."));
        Assert.Equal(1, answers[200].Ret());
    }

    [Fact]
    public async Task Ten_thousand_lines_are_taken_and_one_more_is_refused_whole()
    {
        var lines = string.Concat(Enumerable.Repeat("{\"uid\":42,\"m\":1}\n", 10_000));

        Assert.Equal(10_000, (await PushAsync(lines)).Count);
        Assert.Equal(20_000, host.Records().Count);
        (await host.PostAsync("/1/push/batch", lines + "{\"all\":true,\"m\":1}"))
            .IsRefused("body has more than 10000 lines: expected 10000 at most.");
        Assert.Equal(20_000, host.Records().Count);
    }

    [Theory]
    [InlineData("", "body is empty: expected 1 to 10000 lines of JSON.", 400)]
    [InlineData(null, "body has 2000019 bytes: expected 2000000 at most.", 413)]
    public async Task A_body_that_is_empty_or_too_large_is_refused_whole(string? body, string expected, int status)
    {
        body ??= "{\"all\":true,\"m\":1}\n" + new string(' ', 2_000_000);
        var answer = await host.PostRawAsync("/1/push/batch", Encoding.UTF8.GetBytes(body), "X-Goim-Errors: http");

        Assert.Equal(status, answer.Status);
        JsonElement.Parse(answer.Body).IsRefused(expected);
        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task A_batch_is_told_in_detail_or_dry_and_never_queued()
    {
        const string Lines = """
            {"uid":42,"m":1}
            {"u":[1,43],"m":1}
            {"rid":1,"m":1}
            {"all":true,"m":1}
            """;

        Assert.Equal(
            [
                """{"ret":1,"data":{"sessions":2,"servers":2,"records":2,"offline":[]}}""",
                """{"ret":1,"data":{"sessions":1,"servers":1,"records":1,"offline":[1]}}""",
                """{"ret":1,"data":{"sessions":3,"servers":null,"records":1}}""",
                """{"ret":1,"data":{"sessions":3,"servers":2,"records":1}}""",
            ],
            (await PushAsync(Lines, "?dry=1")).Select(answer => answer.GetRawText()));
        Assert.Empty(host.Records());
        Assert.All(await PushAsync(Lines, "?detail=1"), answer =>
        {
            Assert.True(answer.GetProperty("data").TryGetProperty("acks", out _));
            Assert.True(answer.GetProperty("data").TryGetProperty("sessions", out _));
        });
        Assert.Equal(5, host.Records().Count);
        (await host.PostAsync("/1/push/batch?ack=queue", Lines)).IsRefused("ack is 'queue': expected broker, or nothing, for a batch.");
    }

    private Task<IReadOnlyList<JsonElement>> PushAsync(string lines, string query = "") => PushAsync(host, lines, query);

    private static async Task<IReadOnlyList<JsonElement>> PushAsync(TestHost to, string lines, string query = "")
    {
        using var response = await to.Http.PostAsync("/1/push/batch" + query, new StringContent(lines));
        Assert.Equal("application/x-ndjson; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        return Read(await response.Content.ReadAsStringAsync());
    }

    internal static List<JsonElement> Read(string answers)
    {
        Assert.EndsWith("\n", answers, StringComparison.Ordinal);
        return [.. answers.TrimEnd('\n').Split('\n').Select(answer => JsonElement.Parse(answer))];
    }

    public sealed class OneHost : HostFixture
    {
        internal static async Task<TestHost> StartHostAsync()
        {
            var host = await TestHost.StartAsync(
                ["1", "2"], ["--Push:MaxUsers=4", "--Push:MaxRequestBytes=2000000", "--KafkaMaxRecordBytes=20000"]);
            foreach (var (user, server) in new[] { (42, 3), (42, 5), (43, 3) })
            {
                await host.PostAsync("/1/router/put", $$"""{"userId":{{user}},"server":{{server}},"roomId":1}""");
            }

            return host;
        }

        private protected override async Task<TestHost?> StartAsync() => await StartHostAsync();
    }
}
