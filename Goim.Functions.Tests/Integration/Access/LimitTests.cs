using System.Globalization;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Access;

/// <summary>Callers above their limits. A limit of 1 fills up in a second, so that a test exceeds it by repeating a request.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private const string OneRequest = "x-goim-key: the-key-of-one-request", OneUser = "x-goim-key: the-key-of-one-user";
    private const string Many = "x-goim-key: the-key-of-many-requests", Free = "x-goim-key: the-key-of-unlimited";
    private const string OneUserOnly =
        "caller one-user may send 1 users a second to an instance (Access__Callers__one-user__UsersPerSecond)";

    private TestHost host = null!;

    public async Task InitializeAsync() => host = await TestHost.StartAsync(
    [
        .. Caller("one-request", "RequestsPerSecond=1"), .. Caller("one-user", "UsersPerSecond=1"),
        .. Caller("many-requests", "RequestsPerSecond=1000000", "UsersPerSecond=10"), .. Caller("unlimited"),
    ]);

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task A_request_too_many_gets_429_with_a_sentence_and_when_to_come_again()
    {
        var answer = await UntilTooManyAsync("GET", "/monitor/stat", "", OneRequest);

        answer.Is(
            429,
            "caller one-request may send 1 requests a second to an instance (Access__Callers__one-request__RequestsPerSecond): "
            + "nothing was done.");
        Assert.Equal(("1", "1"), (answer.Headers["Retry-After"], answer.Headers["RateLimit-Limit"]));
        await Eventually.UntilAsync(async () => (await host.SendAsync("GET", "/monitor/stat", "", OneRequest)).Status == 200);
    }

    [Theory]
    [InlineData("/1/push?uid=1", "m")]
    [InlineData("/1/pushs", """{"m":1,"u":[1]}""")]
    [InlineData("/1/push/key?key=1_1", "m")]
    [InlineData("/1/push/room?rid=1", "m")]
    [InlineData("/1/push/rooms", """{"m":1,"r":[1,1]}""")]
    [InlineData("/1/push/all", "m")]
    public async Task A_push_to_a_user_too_many_is_not_sent(string url, string body) =>
        (await UntilTooManyAsync("POST", url, body, OneUser)).Is(429, $"{OneUserOnly}: nothing was sent.");

    [Theory]
    [InlineData("/1/pushs", """{"m":1,"u":[1,2]}""")]
    [InlineData("/1/push/rooms", """{"m":1,"r":[1,2,1]}""")]
    public async Task More_users_or_rooms_than_a_second_allows_must_be_split(string url, string body)
    {
        var answer = await host.SendAsync("POST", url, body, OneUser);

        answer.Is(429, $"{OneUserOnly}, and this has 2: split it, nothing was sent.");
        Assert.DoesNotContain("Retry-After", answer.Headers.Keys);
        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task A_line_of_a_batch_fails_alone()
    {
        var answer = await host.SendAsync("POST", "/1/push/batch", "{\"u\":[1,2],\"m\":1}\n{\"all\":true,\"m\":2}", OneUser);

        var lines = answer.Body.TrimEnd().Split('\n').Select(line => JsonElement.Parse(line)).ToArray();
        lines[0].IsRefused($"line 1: {OneUserOnly}, and this has 2: split it, nothing was sent.");
        Assert.Equal((200, 1), (answer.Status, lines[1].Ret()));
        Assert.Single(host.Records());
    }

    [Theory]
    [InlineData(200, "GET", "/monitor/stat", "")]
    [InlineData(200, "POST", "/1/push/batch", """{"rid":1,"m":1}""")]
    [InlineData(200, "GET", "/1/count?type=total", "")]
    [InlineData(200, "GET", "/1/router/allroomcount", "")]
    [InlineData(200, "POST", "/1/push?uid=x", "m")]
    [InlineData(403, "POST", "/1/server/del?server=1", "")]
    [InlineData(405, "GET", "/1/push/all", "")]
    public async Task Every_answer_tells_what_is_left_of_the_limit(int status, string method, string url, string body)
    {
        var answer = await host.SendAsync(method, url, body, Many);

        Assert.Equal(status, answer.Status);
        Assert.True(answer.Headers["RateLimit-Limit"] is "10" or "1000000");
        Assert.InRange(
            int.Parse(answer.Headers["RateLimit-Remaining"], CultureInfo.InvariantCulture),
            0,
            int.Parse(answer.Headers["RateLimit-Limit"], CultureInfo.InvariantCulture));
        Assert.True(answer.Headers["RateLimit-Reset"] is "0" or "1");
    }

    [Fact]
    public Task What_is_left_is_of_the_limit_that_is_nearer() =>
        Eventually.UntilAsync(async () =>
        {
            var answer = await host.SendAsync("POST", "/1/pushs", """{"m":1,"u":[1,2,3,4,5,6]}""", Many);
            return answer.Headers["RateLimit-Limit"] == "10" && answer.Headers["RateLimit-Reset"] == "1";
        });

    [Fact]
    public async Task Without_a_limit_no_header_tells_of_one()
    {
        var answer = await host.SendAsync("POST", "/1/push/all", "m", Free);

        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("RateLimit", StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Caller(string name, params string[] limits) =>
    [
        $"--Access:Callers:{name}:Key=the-key-of-{name}", $"--Access:Callers:{name}:Scopes=push.user,push.room,push.all,read",
        .. limits.Select(limit => $"--Access:Callers:{name}:{limit}"),
    ];

    private async Task<RawAnswer> UntilTooManyAsync(string method, string url, string body, string key)
    {
        RawAnswer answer = null!;
        await Eventually.UntilAsync(async () => (answer = await host.SendAsync(method, url, body, key)).Status == 429);
        return answer;
    }
}
