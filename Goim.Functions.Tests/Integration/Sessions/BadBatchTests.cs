using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Sessions;

/// <summary>Bodies of connects and disconnects that are refused as a whole.</summary>
public sealed class BadBatchTests(BadBatchTests.OneHost shared) : IClassFixture<BadBatchTests.OneHost>
{
    private const string Id = "000102030405060708090a0b0c0d0e0f";
    private readonly TestHost host = shared.ForOneTest();

    [Theory]
    [InlineData("", "body is empty: expected {\"server\":3,\"tokens\":[\"…\"]}.")]
    [InlineData("""{"server":3,"tokens":["42"]""", "body is not a JSON object")]
    [InlineData("""{"server":3}""", "tokens is missing: expected an array.")]
    [InlineData("""{"server":3,"tokens":[]}""", "tokens is empty: expected 1 to 1000 tokens.")]
    [InlineData("""{"server":3,"tokens":"s3cret"}""", "tokens is a string: expected an array.")]
    [InlineData("""{"server":3,"tokens":{"s3cret":1}}""", "tokens is an object: expected an array.")]
    [InlineData("""{"server":3,"tokens":["42",5123]}""", "token 2 is a number: expected a string.")]
    [InlineData("""{"server":3,"tokens":["42","43",["s3cret"]]}""", "token 3 is an array: expected a string.")]
    [InlineData("""{"server":3,"tokens":[null]}""", "token 1 is null: expected a string.")]
    [InlineData("""{"server":3,"tokens":[true]}""", "token 1 is true or false: expected a string.")]
    [InlineData("""{"tokens":["42"]}""", "server is missing: expected a whole number")]
    [InlineData("""{"server":"3","tokens":["42"]}""", "server is the string '3': expected a whole number")]
    [InlineData("""{"server":3,"tokens":["42"],"check":1}""", "check is '1': expected true or false.")]
    [InlineData("""{"server":3,"tokens":["42"],"requestIds":"x"}""", "requestIds is the string 'x': expected an array.")]
    [InlineData("""{"server":3,"tokens":["42"],"requestIds":[]}""", "requestIds holds 0 entries: expected 1, one for each token.")]
    [InlineData($$"""{"server":3,"tokens":["42"],"requestIds":["{{Id}}","{{Id}}"]}""", "requestIds holds 2 entries or more: expected 1")]
    [InlineData($$"""{"server":3,"tokens":["4","5"],"requestIds":["{{Id}}",7]}""", "requestIds 2 is '7': expected a string.")]
    [InlineData($$"""{"server":3,"tokens":["4","5"],"requestIds":["{{Id}}","g"]}""", "requestIds 2 is 'g': expected 32 hex digits.")]
    public async Task A_bad_body_is_refused_as_a_whole_and_registers_nobody(string body, string expected)
    {
        var answer = await host.PostAsync("/1/connects", body);

        answer.IsRefused(expected);
        Assert.DoesNotContain("s3cret", answer.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("5123", answer.GetRawText(), StringComparison.Ordinal);
        (await host.CountNowAsync("allservercount")).HasData("""{"counter":{}}""");
    }

    [Theory]
    [InlineData("", "body is empty: expected {\"keys\":[\"42_1\",\"43_1\"]}.")]
    [InlineData("{}", "keys is missing: expected an array.")]
    [InlineData("""{"keys":[]}""", "keys is empty: expected 1 to 10000 sub keys.")]
    [InlineData("""{"keys":["42_1",42]}""", "keys 2 is '42': expected a string.")]
    [InlineData("""{"keys":["42_1","42"]}""", "keys 2 is '42': expected a sub key, user id and seq with _ between, such as 42_1.")]
    public async Task A_bad_disconnects_is_refused(string body, string expected) =>
        (await host.PostAsync("/1/disconnects", body)).IsRefused(expected);

    [Fact]
    public async Task Ten_thousand_keys_are_taken_and_no_more()
    {
        static string Body(int count) => $$"""{"keys":[{{string.Join(',', Enumerable.Range(1, count).Select(i => $"\"{i}_1\""))}}]}""";

        (await host.PostAsync("/1/disconnects", Body(10_001))).IsRefused("keys holds 10001 entries or more: expected 10000 at most.");
        (await host.PostAsync("/1/disconnects", Body(10_000))).HasData(
            $$"""{"has":[{{string.Join(',', Enumerable.Repeat("false", 10_000))}}],"journalled":[],"failed":[]}""");
    }

    [Theory]
    [InlineData("""{"token":42,"server":3}""", "token is a number: expected a string.")]
    [InlineData("""{"token":["42"],"server":3}""", "token is an array: expected a string.")]
    public async Task A_connect_does_not_quote_what_may_be_a_token(string body, string expected)
    {
        var answer = await host.PostAsync("/1/connect", body);

        answer.IsRefused(expected);
        Assert.DoesNotContain("42", answer.GetRawText(), StringComparison.Ordinal);
    }

    public sealed class OneHost : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync() => await TestHost.StartAsync();
    }
}
