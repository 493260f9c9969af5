using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Sessions;

/// <summary>What connect and disconnect refuse, on a host that nobody is connected to.</summary>
public sealed class BadConnectTests(BadConnectTests.OneHost shared) : IClassFixture<BadConnectTests.OneHost>
{
    private readonly TestHost host = shared.ForOneTest();

    [Theory]
    [InlineData("", "body is empty")]
    [InlineData("[]", "body is not a JSON object")]
    [InlineData("{", "body is not a JSON object")]
    [InlineData("""{"token":"\ud800","server":3}""", "body is not a JSON object")]
    [InlineData("{}", "token is missing")]
    [InlineData("""{"token":42,"server":3}""", "token is a number: expected a string.")]
    [InlineData("""{"token":null,"server":3}""", "token is null: expected a string.")]
    [InlineData("""{"token":"42"}""", "server is missing")]
    [InlineData("""{"token":"42","server":"3"}""", "server is the string '3': expected a whole number")]
    [InlineData("""{"token":"42","server":2147483648}""", "server is '2147483648'")]
    [InlineData("""{"token":"42","server":3.5}""", "server is '3.5'")]
    [InlineData("""{"token":"abc","server":3}""", "token is no user id: expected a whole number of int64")]
    [InlineData("""{"token":"","server":3}""", "token is no user id: expected a whole number of int64")]
    [InlineData("""{"token":"4 2","server":3}""", "token is no user id: expected a whole number of int64")]
    public async Task A_bad_connect_is_refused_and_registers_nobody(string body, string expected)
    {
        (await host.PostAsync("/1/connect", body)).IsRefused(expected);

        (await host.CountNowAsync("allservercount")).HasData("""{"counter":{}}""");
    }

    [Fact]
    public async Task A_refused_token_is_not_told_back()
    {
        var answer = await host.PostAsync("/1/connect", """{"token":"s3cret","server":3}""");

        Assert.DoesNotContain("s3cret", answer.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "key is missing")]
    [InlineData("""{"key":"42"}""", "key is '42'")]
    [InlineData("""{"key":"42_"}""", "key is '42_'")]
    [InlineData("""{"key":"42_1_2"}""", "key is '42_1_2'")]
    [InlineData("""{"key":"42_1","roomId":"x"}""", "roomId is the string 'x'")]
    public async Task A_bad_disconnect_is_refused(string body, string expected) =>
        (await host.PostAsync("/1/disconnect", body)).IsRefused(expected);

    public sealed class OneHost : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync() => await TestHost.StartAsync();
    }
}
