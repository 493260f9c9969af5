using Azure.Identity;
using Goim.Comet.Registration;
using Goim.Comet.Settings;
using Goim.Comet.Wire;
using Goim.Functions.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Comet.Registration;

/// <summary>A comet that calls the facade as a caller with a key, or with the token of an identity.</summary>
public sealed class CallerTests : IAsyncLifetime
{
    private const string Key = "0123456789abcdef", DelServer = "/1/server/del?server=5";
    private TestHost host = null!;
    private FacadeProxy facade = null!;

    public async Task InitializeAsync()
    {
        host = await TestHost.StartAsync();
        facade = await FacadeProxy.StartAsync(host);
    }

    public async Task DisposeAsync()
    {
        await facade.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task The_callers_key_is_sent_with_every_call()
    {
        await using var comet = await TestRegistrar.StartReadyAsync(Options(Key));

        await (await comet.ConnectAsync("42")).LeaveAsync();
        await host.UntilKeysAsync();

        Assert.Equal(["/1/connects", "/1/disconnects", "/1/heartbeat"], facade.Paths().Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(["x-goim-key: 0123456789abcdef"], facade.CredentialsSent().Distinct());
    }

    [Fact]
    public async Task A_function_key_is_sent_beside_the_callers_key()
    {
        await using var comet = await TestRegistrar.StartReadyAsync(Options(Key, apiKey: "function-key"));

        Assert.Equal(["x-functions-key: function-key, x-goim-key: 0123456789abcdef"], facade.CredentialsSent().Distinct());
    }

    [Theory]
    [InlineData("NoCaller", "(/1/connects, status 401)")]
    [InlineData("NoScope", "(/1/connects, status 403)")]
    public async Task A_caller_that_the_facade_refuses_is_logged_with_the_facades_sentence_and_the_settings(string outcome, string call)
    {
        await using var comet = await TestRegistrar.StartReadyAsync(Options(Key));
        facade.Passes = path => path == "/1/connects" ? Enum.Parse<Passing>(outcome) : Passing.Passed;

        Assert.Same(Farewell.Unavailable, await comet.NewClient().ConnectAsync("42"));
        await comet.NewClient().ConnectAsync("43");

        Assert.Equal(1, comet.Logs.Count(
            $"Error: The facade refuses this comet {call}: The test says so. Expected Comet__CallerKey or Comet__CallerAudience to make it "
            + "a caller with the scope comet, or Comet__ApiKey to be a function key of the app at Comet__Api (0 more since the last such "
            + "line)."));
        Assert.Equal(0, comet.Logs.Count(Key));
        facade.Passes = static _ => Passing.Passed;
        await comet.ConnectAsync("42");
    }

    [Fact]
    public async Task With_a_fixed_id_no_client_is_taken_until_the_caller_may_delete_the_servers_sessions()
    {
        facade.Passes = static path => path == DelServer ? Passing.NoScope : Passing.Passed;
        await using var comet = await TestRegistrar.StartAsync(Options(Key, serverId: 5));

        await Eventually.UntilAsync(() => facade.Paths().Length > 1);
        Assert.Equal([DelServer], facade.Paths().Distinct());
        Assert.False(comet.Registrar.IsReady);
        Assert.Equal(1, comet.Logs.Count("with the scopes comet and admin, as a comet with Comet__ServerId needs them, or"));

        facade.Passes = static _ => Passing.Passed;
        await Eventually.UntilAsync(() => comet.Registrar.IsReady);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("3600", 10)]
    [InlineData(null, 0)]
    public async Task A_call_above_a_limit_is_not_done_and_says_when_to_come_back_within_10_s(string? retryAfter, int seconds)
    {
        await using var comet = await TestRegistrar.StartReadyAsync(Options(Key));
        (facade.Passes, facade.RetryAfter) = (static _ => Passing.Busy, retryAfter);

        var reply = await comet.Services.GetRequiredService<FacadeClient>().PostAsync(
            DelServer, default, FacadeJson.Default.FacadeAnswerServerDelData, TimeSpan.FromSeconds(30), CancellationToken.None);

        Assert.Equal((CallOutcome.NotDone, TimeSpan.FromSeconds(seconds)), (reply.Outcome, reply.RetryAfter));
    }

    [Fact]
    public void The_longer_of_two_delays_counts()
    {
        var reply = new FacadeReply<ServerDelData>(CallOutcome.NotDone, null, TimeSpan.FromSeconds(7));

        Assert.Equal(TimeSpan.FromSeconds(7), reply.DelayOf(TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.FromSeconds(8), reply.DelayOf(TimeSpan.FromSeconds(8)));
    }

    [Fact]
    public async Task Without_a_token_the_facade_is_not_called_and_the_reason_is_logged()
    {
        await using var comet = await TestRegistrar.StartAsync(
            Options(audience: "api://goim"),
            static services => services.AddSingleton(static provider => new CallerToken(
                new CometOptions { CallerAudience = "api://goim" },
                static () => new EnvironmentCredential(),
                provider.GetRequiredService<FacadeLog>(),
                TimeProvider.System)));

        Assert.Same(Farewell.Unavailable, await comet.NewClient().ConnectAsync("42"));

        Assert.Equal(1, comet.Logs.Count("Error: The identity has no token for Comet__CallerAudience"));
        Assert.Empty(facade.Paths());
    }

    private CometOptions Options(string? key = null, string? apiKey = null, string? audience = null, int? serverId = null) => new()
    {
        Api = facade.Url,
        ApiKey = apiKey,
        CallerKey = key,
        CallerAudience = audience,
        ServerId = serverId,
        DrainTime = TimeSpan.Zero,
    };
}
