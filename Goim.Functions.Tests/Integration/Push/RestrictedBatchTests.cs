using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Push;

/// <summary>Lines of a batch for one connection, and lines with <c>except</c> and <c>ttl</c>.</summary>
public sealed class RestrictedBatchTests(RestrictedPushHost shared) : IClassFixture<RestrictedPushHost>
{
    private const string Lines = """
        {"key":"42_2","m":1}
        {"key":"42_9","m":2}
        {"key":"44_1","m":3,"ttl":60}
        {"uid":42,"m":4,"except":["42_1","42_3"],"ttl":60}
        {"uid":43,"except":["43_1"],"m":5}
        {"u":[43,42,44],"m":6,"except":["42_2","42_1"]}
        {"rid":1,"ensure":true,"m":7,"except":["42_7","\u0034\u0032_1"]}
        {"all":true,"m":8,"ttl":604800}
        {"uid":43,"m":9}
        """;

    private readonly TestHost host = shared.ForOneTest();

    [Fact]
    public async Task Each_line_has_its_own_recipients_and_its_own_end()
    {
        var answers = await PushAsync(Lines);

        Assert.All(answers, answer => Assert.Equal(1, answer.Ret()));
        Assert.Equal(
            [1, 0, 0, 1, 0, 1, 1, 1, 1], answers.Select(answer => answer.GetProperty("data").GetProperty("acks").GetArrayLength()));
        Assert.Equal(
            [
                """00000001 {"op":"broadcast_room","roomid":1,"msg":"Nw==","ensure":true,"except":["42_1","42_7"]}""",
                """{"op":"broadcast","msg":"OA==","expires":1790604800000}""",
                """{"op":"multiple","server":3,"subkeys":["43_1","42_3"],"msg":"Ng=="}""",
                """{"op":"multiple","server":3,"subkeys":["43_1"],"msg":"OQ=="}""",
                """{"op":"multiple","server":5,"subkeys":["42_2"],"msg":"MQ=="}""",
                """{"op":"multiple","server":5,"subkeys":["42_2"],"msg":"NA==","expires":1790000060000}""",
            ],
            host.Lines());
    }

    [Fact]
    public async Task A_dry_run_tells_of_each_line()
    {
        Assert.Equal(
            [
                """{"sessions":1,"servers":1,"records":1,"offlineKeys":[]}""",
                """{"sessions":0,"servers":0,"records":0,"offlineKeys":["42_9"]}""",
                """{"sessions":0,"servers":0,"records":0,"offlineKeys":["44_1"]}""",
                """{"sessions":1,"servers":1,"records":1,"offline":[]}""",
                """{"sessions":0,"servers":0,"records":0,"offline":[]}""",
                """{"sessions":2,"servers":1,"records":1,"offline":[44]}""",
                """{"sessions":3,"servers":null,"records":1}""",
                """{"sessions":4,"servers":2,"records":1}""",
                """{"sessions":1,"servers":1,"records":1,"offline":[]}""",
            ],
            (await PushAsync(Lines, "?dry=1")).Select(answer => answer.GetProperty("data").GetRawText()));
        Assert.Empty(host.Records());
    }

    [Theory]
    [InlineData("""{"key":"42_1","uid":42,"m":1}""", "it has 2 of uid, u, key, rid and all: expected one")]
    [InlineData("""{"key":"42","m":1}""", "key is the string '42': expected a sub key, user id and seq with _ between, such as 42_1.")]
    [InlineData("""{"key":"\ud800","m":1}""", "key is the string '\\ud800': expected a sub key")]
    [InlineData("""{"key":42,"m":1}""", "key is '42': expected a sub key")]
    [InlineData("""{"key":null,"m":1}""", "key is null: expected a sub key")]
    [InlineData("""{"key":"42_1"}""", "m is missing")]
    [InlineData("""{"key":"42_1","m":1,"except":["42_2"]}""", "except comes with key: expected it with users, rooms or all only.")]
    [InlineData("""{"key":"42_1","m":1,"ensure":true}""", "ensure comes without rid")]
    [InlineData("""{"uid":42,"m":1,"except":"42_1"}""", "except is the string '42_1': expected an array of sub keys.")]
    [InlineData("""{"uid":42,"m":1,"except":null}""", "except is null: expected an array of sub keys.")]
    [InlineData("""{"uid":42,"m":1,"except":[]}""", "except is empty: expected 1 to 1000 sub keys.")]
    [InlineData("""{"rid":1,"m":1,"except":[]}""", "except is empty: expected 1 to 100 sub keys.")]
    [InlineData("""{"uid":42,"m":1,"except":["42_1",""]}""", "except[1] is the string '': expected a sub key")]
    [InlineData("""{"uid":42,"m":1,"except":["42_1",42]}""", "except[1] is '42': expected a sub key")]
    [InlineData("""{"uid":42,"m":1,"except":[["42_1"]]}""", "except[0] is array: expected a sub key")]
    [InlineData("""{"uid":42,"m":1,"except":["42_1","42_1_1"]}""", "except[1] is the string '42_1_1': expected a sub key")]
    [InlineData("""{"all":true,"m":1,"ttl":0}""", "ttl is '0': expected a whole number of seconds from 1 to 604800.")]
    [InlineData("""{"all":true,"m":1,"ttl":-1}""", "ttl is '-1': expected a whole number")]
    [InlineData("""{"all":true,"m":1,"ttl":1.5}""", "ttl is '1.5': expected a whole number")]
    [InlineData("""{"all":true,"m":1,"ttl":604801}""", "ttl is '604801': expected a whole number")]
    [InlineData("""{"all":true,"m":1,"ttl":99999999999}""", "ttl is '99999999999': expected a whole number")]
    [InlineData("""{"all":true,"m":1,"ttl":"60"}""", "ttl is the string '60': expected a whole number")]
    [InlineData("""{"all":true,"m":1,"ttl":null}""", "ttl is null: expected a whole number")]
    [InlineData("""{"all":true,"m":1,"TTL":60}""", "it has a member 'TTL'")]
    public async Task A_bad_line_fails_alone(string line, string expected)
    {
        var answers = await PushAsync($$"""{{line}}{{"\n"}}{"all":true,"m":2}""");

        answers[0].IsRefused($"line 1: {expected}");
        Assert.Equal(1, answers[1].Ret());
        Assert.Single(host.Records());
    }

    [Theory]
    [InlineData("\"uid\":42", 1_000)]
    [InlineData("\"u\":[42]", 1_000)]
    [InlineData("\"rid\":1", 100)]
    [InlineData("\"all\":true", 100)]
    public async Task A_line_takes_as_many_sub_keys_as_a_query(string target, int most)
    {
        var keys = string.Join(',', RecordLines.Keys(most).Split(',').Select(key => $"\"{key}\""));

        var answers = await PushAsync(
            $$"""
            { {{target}},"m":1,"except":[{{keys}}]}
            { {{target}},"m":1,"except":[{{keys}},"42_1"]}
            """);

        Assert.Equal(1, answers[0].Ret());
        answers[1].IsRefused($"line 2: except holds more than {most} sub keys: expected {most} at most.");
    }

    [Theory]
    [InlineData("except=42_1", "except")]
    [InlineData("ttl=60", "ttl")]
    public async Task A_restriction_of_the_whole_batch_is_refused(string query, string name)
    {
        (await host.PostAsync($"/1/push/batch?{query}", """{"all":true,"m":1}"""))
            .IsRefused($"{name} comes in the query of a batch: expected it in its lines.");

        Assert.Empty(host.Records());
    }

    private async Task<IReadOnlyList<JsonElement>> PushAsync(string lines, string query = "")
    {
        using var response = await host.Http.PostAsync("/1/push/batch" + query, new StringContent(lines));
        return BatchTests.Read(await response.Content.ReadAsStringAsync());
    }
}
