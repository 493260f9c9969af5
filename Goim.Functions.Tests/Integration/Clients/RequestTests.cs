using System.Net;
using Azure.Core;
using Goim.Client;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Access;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Clients;

/// <summary>What each request has: its length, its key and its credentials.</summary>
public sealed class RequestTests
{
    [Fact]
    public async Task Every_request_with_a_body_has_its_length_and_asks_for_status_codes()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Ok);

        await app.Client.PushAsync(42, "");
        await app.Client.PushAsync([42], JsonMessage.Parse("""{"a": 1}"""));
        await app.Client.PushToRoomsAsync([-1, 7], default, new PushOptions { Ensure = true });
        await app.Client.KickServerAsync(3, "a&b");

        Assert.Equal(
            ["", """{"m":{"a": 1},"u":[42]}""", """{"m":null,"r":[-1,7],"ensure":true}""", ""],
            app.Requests.Select(static request => request.Body));
        Assert.Equal(
            ["/1/push?uid=42&ack=broker", "/1/pushs?ack=broker", "/1/push/rooms?ack=broker", "/1/kick?server=3&reason=a%26b"],
            app.Requests.Select(static request => request.Url));
        Assert.All(app.Requests, static request =>
        {
            Assert.Equal($"{request.Body.Length}", request.Headers["Content-Length"]);
            Assert.False(request.Headers.ContainsKey("Transfer-Encoding"));
            Assert.Equal("http", request.Headers["X-Goim-Errors"]);
        });
    }

    [Fact]
    public async Task Each_push_has_a_new_idempotency_key_or_the_callers_own_or_none()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Ok);

        await app.Client.PushAsync(42, "1");
        await app.Client.PushAsync(42, "2");
        await app.Client.PushAsync(42, "3", new PushOptions { IdempotencyKey = "order-42" });
        await app.Client.PushAsync(42, "4", new PushOptions { UseIdempotencyKey = false });

        var keys = app.Requests.Select(static request => request.Headers.GetValueOrDefault("Idempotency-Key")).ToArray();
        Assert.Equal(32, keys[0]!.Length);
        Assert.NotEqual(keys[0], keys[1]);
        Assert.Equal("order-42", keys[2]);
        Assert.Null(keys[3]);
    }

    [Fact]
    public async Task The_address_may_have_a_path()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Ok);
        using var client = new GoimClient(new HttpClient(), new GoimClientOptions { BaseAddress = new Uri(app.Url, "goim/app") });

        await client.PushToAllAsync("hello");

        Assert.Equal("/goim/app/1/push/all?ack=broker", Assert.Single(app.Requests).Url);
    }

    [Fact]
    public async Task No_redirect_is_followed_since_it_would_take_the_keys_along()
    {
        await using var other = await ScriptedApp.StartAsync(ScriptedAnswer.Ok);
        await using var app = await ScriptedApp.StartAsync(
            static options => options.CallerKey = "secret", new ScriptedAnswer(307, "") { Location = other.Url.ToString() });

        await Assert.ThrowsAsync<GoimException>(() => app.Client.PushToAllAsync("hello"));

        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Keys_and_tokens_open_the_app()
    {
        await using var host = await CallersHost.StartAsync();

        Assert.Equal(PushOutcome.Acknowledged, await PushAsync(host, static options => options.CallerKey = "the-own-key-of-push.all"));
        Assert.Equal(PushOutcome.Acknowledged, await PushAsync(host, static options => options.FunctionKey = CallersHost.FunctionKey));
        Assert.Equal(HttpStatusCode.Unauthorized, await PushAsync(host, static _ => { }));
        Assert.Equal(HttpStatusCode.Forbidden, await PushAsync(host, static options => options.CallerKey = "the-own-key-of-push.user"));
    }

    [Fact]
    public async Task An_identity_signs_in_with_a_token_that_is_fetched_again_before_it_expires()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Ok);
        var credential = new TestCredential(TimeSpan.FromHours(1));
        using var client = new GoimClient(
            new HttpClient(), new GoimClientOptions { BaseAddress = app.Url, Credential = credential, TokenScope = "api://goim/.default" });

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.PushToAllAsync("hello")));
        credential.Lifetime = TimeSpan.FromMinutes(4);
        var early = new GoimClientOptions { BaseAddress = app.Url, Credential = credential, TokenScope = "api://goim/.default" };
        using var other = new GoimClient(new HttpClient(), early);
        await other.PushToAllAsync("hello");
        await other.PushToAllAsync("hello");

        Assert.Equal(["api://goim/.default"], credential.Scopes.Distinct());
        Assert.Equal(
            [.. Enumerable.Repeat("Bearer token-1", 5), "Bearer token-2", "Bearer token-3"],
            app.Requests.Select(static request => request.Headers["Authorization"]));
    }

    [Fact]
    public async Task A_credential_that_fails_ends_a_call_and_nothing_was_sent()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedAnswer.Ok);
        var credential = new TestCredential(TimeSpan.FromMinutes(4));
        using var client = new GoimClient(
            new HttpClient(), new GoimClientOptions { BaseAddress = app.Url, Credential = credential, TokenScope = "api://goim/.default" });
        credential.Failure = new TimeZoneNotFoundException("of the test");

        var failed = await Assert.ThrowsAsync<GoimException>(() => client.PushToAllAsync("hello"));
        BatchPush[] pushes = [new BatchPush(PushTarget.All, default)];
        var inBatch = Assert.Single(await client.PushBatchAsync(pushes.ToAsyncEnumerable()).ToListAsync());

        Assert.Equal(("Credential has given no token.", PushOutcome.None), (failed.Message, failed.Result!.Outcome));
        Assert.Same(credential.Failure, failed.InnerException);
        Assert.Equal(("Credential has given no token.", PushOutcome.None), (inBatch.Result.Error, inBatch.Result.Outcome));
        Assert.Empty(app.Requests);

        // A token that is still valid is used while no newer one comes.
        credential.Failure = null;
        await client.PushToAllAsync("hello");
        credential.Failure = new TimeZoneNotFoundException("of the test");
        await client.PushToAllAsync("hello");
        Assert.Equal(["Bearer token-1", "Bearer token-1"], app.Requests.Select(static request => request.Headers["Authorization"]));
    }

    private static async Task<object> PushAsync(TestHost host, Action<GoimClientOptions> configure)
    {
        await using var services = host.NewClient(configure);
        try
        {
            return (await services.GetRequiredService<GoimClient>().PushToAllAsync("hello")).Outcome;
        }
        catch (GoimException refused)
        {
            return refused.Status!;
        }
    }

    private sealed class TestCredential(TimeSpan lifetime) : TokenCredential
    {
        private int number;

        public TimeSpan Lifetime { get; set; } = lifetime;

        public Exception? Failure { get; set; }

        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            if (Failure is not null)
            {
                throw Failure;
            }

            Scopes.AddRange(requestContext.Scopes);
            return new AccessToken($"token-{++number}", DateTimeOffset.UtcNow + Lifetime);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
