using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Access;

/// <summary>Requests whose caller is not known.</summary>
public sealed class CredentialTests(CallersHost shared) : IClassFixture<CallersHost>
{
    private const string None = "the request names no caller: expected x-goim-key or a function key.";
    private const string Wrong = "x-goim-key is the key of no caller: expected one of Access__Callers.";
    private const string FunctionKey = "x-functions-key: " + CallersHost.FunctionKey;
    private readonly TestHost host = shared.ForOneTest();

    [Theory]
    [InlineData(None)]
    [InlineData(None, "x-functions-key: wrong")]
    [InlineData(None, "x-functions-key: the-own-key-of-push.all")]
    [InlineData(None, "Authorization: Bearer the-own-key-of-push.all")]
    [InlineData(Wrong, "x-goim-key: " + CallersHost.FunctionKey)]
    [InlineData(Wrong, "x-goim-key: the-own-key-of-push.al")]
    [InlineData(Wrong, "x-goim-key: the-own-key-of-push.all1")]
    [InlineData(Wrong, "x-goim-key: THE-OWN-KEY-OF-PUSH.ALL")]
    [InlineData(Wrong, "x-goim-key: wrong", FunctionKey)]
    [InlineData("x-goim-key is empty: expected the key of a caller.", "x-goim-key: ")]
    [InlineData("x-goim-key is empty: expected the key of a caller.", "x-goim-key: ", FunctionKey)]
    [InlineData(
        "x-goim-key came twice or has a comma: expected one key.",
        "x-goim-key: the-own-key-of-push.all",
        "x-goim-key: the-own-key-of-push.all")]
    [InlineData("x-goim-key came twice or has a comma: expected one key.", "x-goim-key: the-own-key-of-push.all,the-own-key-of-comet")]
    public async Task Without_a_valid_credential_a_request_is_401_with_a_sentence(string sentence, params string[] headers)
    {
        var answer = await host.SendAsync("POST", "/1/push/all", "m", headers);

        answer.Is(401, sentence);
        Assert.Equal("x-goim-key", answer.Headers["WWW-Authenticate"]);
        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task Without_a_credential_every_function_but_ping_is_closed_to_every_method()
    {
        Assert.Equal(30, host.App.Functions.Count);
        foreach (var route in host.App.Functions.Where(function => function.Name != "MonitorPing").Select(function => function.Route))
        {
            foreach (var method in new[] { "GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD" })
            {
                var answer = await host.SendAsync(method, $"/{route}", "", []);

                Assert.Equal((route, method, 401), (route, method, answer.Status));
                Assert.Equal(method == "HEAD" ? "" : $$"""{"ret":65535,"error":"{{None}}"}""", answer.Body);
            }
        }

        (await host.SendAsync("GET", "/local/settings", "")).Is(401, None);
        (await host.SendAsync("GET", "/local/records", "")).Is(401, None);
        (await host.SendAsync("GET", "/local/comet", "")).Is(401, None);
        await host.UntilWellAsync();
    }

    [Fact]
    public async Task A_function_key_has_every_scope_in_the_header_and_in_the_query()
    {
        Assert.Equal(200, (await host.SendAsync("POST", "/1/push/all", "m", FunctionKey)).Status);
        Assert.Equal(200, (await host.SendAsync("DELETE", $"/monitor/stat?code={CallersHost.FunctionKey}", "")).Status);
        Assert.Equal(200, (await host.SendAsync("GET", "/local/settings", "", FunctionKey)).Status);
    }

    [Fact]
    public async Task A_callers_key_counts_before_a_function_key() =>
        (await host.SendAsync("POST", "/1/push/all", "m", CallerRequests.Key("comet"), FunctionKey))
            .Is(403, "caller of-comet lacks the scope push.all (Access__Callers): nothing was done.");

    [Fact]
    public async Task A_caller_is_checked_before_the_method_and_the_query()
    {
        Assert.Equal(401, (await host.SendAsync("GET", "/1/push?uid=x", "")).Status);
        Assert.Equal(405, (await host.SendAsync("GET", "/1/push?uid=x", "", CallerRequests.Key("push.user"))).Status);
        JsonElement.Parse((await host.SendAsync("POST", "/1/push?uid=x", "", CallerRequests.Key("push.user"))).Body)
            .IsRefused("uid is 'x': expected a whole number");
    }

    [Fact]
    public async Task While_a_key_is_changed_both_keys_open()
    {
        await using var changing = await TestHost.StartAsync(
            "--Access:Callers:backend:Key=the-first-key-of-it, the-second-key-of-it", "--Access:Callers:backend:Scopes=push.all");

        Assert.Equal(200, (await changing.SendAsync("POST", "/1/push/all", "m", "x-goim-key: the-first-key-of-it")).Status);
        Assert.Equal(200, (await changing.SendAsync("POST", "/1/push/all", "m", "x-goim-key: the-second-key-of-it")).Status);
    }
}
