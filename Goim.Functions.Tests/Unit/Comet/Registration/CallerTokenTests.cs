using Azure.Core;
using Azure.Identity;
using Goim.Comet.Registration;
using Goim.Comet.Settings;
using Goim.Functions.Tests.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Unit.Comet.Registration;

/// <summary>The token that makes a comet a caller of the app, over time.</summary>
public sealed class CallerTokenTests : IDisposable
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly LogLines logs = new();
    private readonly Identity identity;
    private readonly CallerToken token;

    public CallerTokenTests()
    {
        identity = new Identity(time);
        var log = new FacadeLog(new Logger<FacadeLog>(new LoggerFactory([logs])));
        token = new CallerToken(new CometOptions { CallerAudience = "api://goim" }, () => identity, log, time);
    }

    public void Dispose() => logs.Dispose();

    [Fact]
    public async Task A_token_is_kept_until_5_minutes_before_it_expires()
    {
        Assert.Equal("token-1", await GetAsync());
        time.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal("token-1", await GetAsync());
        Assert.Equal(["api://goim/.default"], identity.Scopes);

        time.Advance(TimeSpan.FromMinutes(1));

        await Eventually.UntilAsync(async () => await GetAsync() == "token-2");
    }

    [Fact]
    public async Task A_token_that_says_when_to_renew_it_is_renewed_then()
    {
        identity.RefreshIn = TimeSpan.FromMinutes(30);
        Assert.Equal("token-1", await GetAsync());

        time.Advance(TimeSpan.FromMinutes(30));

        await Eventually.UntilAsync(async () => await GetAsync() == "token-2");
    }

    [Fact]
    public async Task While_a_token_is_valid_no_call_waits_for_the_next_one()
    {
        Assert.Equal("token-1", await GetAsync());
        identity.Answers = new TaskCompletionSource();
        time.Advance(TimeSpan.FromMinutes(59));

        Assert.Equal("token-1", await GetAsync());
        Assert.Equal("token-1", await GetAsync());

        identity.Answers.SetResult();
        await Eventually.UntilAsync(async () => await GetAsync() == "token-2");
        Assert.Equal(2, identity.Scopes.Length);
    }

    [Fact]
    public async Task Calls_without_a_token_share_one_request()
    {
        identity.Answers = new TaskCompletionSource();
        var calls = Enumerable.Range(0, 10).Select(_ => GetAsync()).ToArray();
        await Eventually.UntilAsync(() => identity.Scopes.Length == 1);

        identity.Answers.SetResult();

        Assert.Equal(Enumerable.Repeat("token-1", 10), await Task.WhenAll(calls));
        Assert.Single(identity.Scopes);
    }

    [Fact]
    public async Task A_request_that_fails_is_repeated_after_5_s_and_no_sooner()
    {
        identity.IsFailing = true;
        Assert.Null(await GetAsync());
        Assert.Null(await GetAsync());
        Assert.Single(identity.Scopes);
        Assert.Equal(1, logs.Count("Error: The identity has no token for Comet__CallerAudience"));
        identity.IsFailing = false;

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("token-2", await GetAsync());
    }

    [Fact]
    public async Task A_token_that_has_expired_is_not_sent()
    {
        Assert.Equal("token-1", await GetAsync());
        identity.IsFailing = true;

        time.Advance(TimeSpan.FromHours(1));

        Assert.Null(await GetAsync());
    }

    [Fact]
    public async Task A_call_that_is_given_up_has_no_token_and_the_next_one_gets_it()
    {
        identity.Answers = new TaskCompletionSource();
        using var givenUp = new CancellationTokenSource();
        var call = token.GetAsync(givenUp.Token);
        await givenUp.CancelAsync();
        Assert.Null(await call);

        identity.Answers.SetResult();

        Assert.Equal("token-1", await GetAsync());
    }

    private Task<string?> GetAsync() => token.GetAsync(CancellationToken.None).AsTask();

    /// <summary>An identity whose tokens are valid for an hour.</summary>
    private sealed class Identity(TimeProvider time) : TokenCredential
    {
        private volatile string[] scopes = [];

        /// <summary>The scope of each request.</summary>
        public string[] Scopes => scopes;

        public bool IsFailing { get; set; }

        public TimeSpan? RefreshIn { get; set; }

        /// <summary>Completes when requests are to be answered. Null for at once.</summary>
        public TaskCompletionSource? Answers { get; set; }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override async ValueTask<AccessToken> GetTokenAsync(
            TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            scopes = [.. scopes, .. requestContext.Scopes];
            var number = scopes.Length;
            await (Answers?.Task ?? Task.CompletedTask);
            var now = time.GetUtcNow();
            return IsFailing
                ? throw new AuthenticationFailedException("The test says so.")
                : new AccessToken($"token-{number}", now.AddHours(1), now + RefreshIn, "Bearer");
        }
    }
}
