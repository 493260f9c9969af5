using System.Globalization;
using Goim.Comet.Wire;
using Goim.Functions.Tests.Hosting;
using Goim.Logic;
using Goim.Logic.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Comet.Registration;

/// <summary>Tokens that expire, and further tokens of a connection.</summary>
public sealed class RenewTests : IAsyncLifetime
{
    private const long Hour = 3_600_000;
    private TestHost host = null!;
    private FacadeProxy facade = null!;
    private TestRegistrar comet = null!;

    public async Task InitializeAsync()
    {
        host = await TestHost.StartAsync(
            ["1"], [], configure: builder => builder.Services.AddSingleton<ITokenAuthenticator, ExpiringTokens>());
        facade = await FacadeProxy.StartAsync(host);
        comet = await TestRegistrar.StartReadyAsync(facade.Url);
    }

    public async Task DisposeAsync()
    {
        await comet.DisposeAsync();
        await facade.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_expires_with_its_token()
    {
        var before = Environment.TickCount64;

        var client = await comet.ConnectAsync($"42/{Hour}");

        Assert.InRange(client.Connection.ExpiresAt, before + Hour, Environment.TickCount64 + Hour);
    }

    [Fact]
    public async Task A_further_token_of_the_same_user_renews_the_expiry_and_leaves_one_session()
    {
        var client = await comet.ConnectAsync($"42/{Hour}");
        var before = Environment.TickCount64;

        Assert.Null(await client.RenewAsync($"42/{2 * Hour}"));

        Assert.InRange(client.Connection.ExpiresAt, before + (2 * Hour), Environment.TickCount64 + (2 * Hour));
        Assert.Equal("42_1", client.Key);
        await host.UntilKeysAsync("42_1");
        Assert.Contains("\"check\":true", facade.Bodies("/1/connects")[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_with_as_many_sessions_as_allowed_may_renew()
    {
        await using var one = await TestHost.StartAsync(
            ["1"],
            [],
            nodeSettings: ["--RouterNode:MaxSessionsPerUser=1"],
            configure: builder => builder.Services.AddSingleton<ITokenAuthenticator, ExpiringTokens>());
        await using var full = await TestRegistrar.StartReadyAsync(one.Http.BaseAddress!);
        var client = await full.ConnectAsync($"42/{Hour}");
        Assert.Equal(DisconnectCause.Refused, (await full.NewClient().ConnectAsync($"42/{Hour}"))!.Cause);

        Assert.Null(await client.RenewAsync($"42/{2 * Hour}"));

        Assert.Equal("42_1", Assert.Single((await one.KeysAsync())!));
    }

    [Fact]
    public async Task Further_tokens_of_many_clients_share_calls()
    {
        var clients = await Task.WhenAll(Enumerable.Range(1, 200).Select(user => comet.ConnectAsync($"{user}/{Hour}")));
        var before = facade.Bodies("/1/connects").Length;
        facade.Passes = static path => path == "/1/connects" ? Passing.Held : Passing.Passed;
        var first = clients[0].RenewAsync($"1/{Hour}");
        await Eventually.UntilAsync(() => facade.Held == 1);
        var others = clients[1..].Select((client, i) => client.RenewAsync($"{i + 2}/{Hour}")).ToArray();

        facade.Released.SetResult();

        Assert.All(await Task.WhenAll([first, .. others]), Assert.Null);
        Assert.Equal(4, facade.Bodies("/1/connects").Length - before);
    }

    [Fact]
    public async Task A_further_token_of_another_user_is_refused_and_leaves_no_session()
    {
        var client = await comet.ConnectAsync($"42/{Hour}");

        var farewell = await client.RenewAsync($"43/{Hour}");

        Assert.Equal((DisconnectCause.Refused, false), (farewell!.Cause, farewell.Reconnect));
        await host.UntilKeysAsync("42_1");
    }

    [Fact]
    public async Task A_further_token_waits_while_the_facade_is_down()
    {
        var client = await comet.ConnectAsync($"42/{Hour}");
        facade.Passes = static path => path == "/1/connects" ? Passing.Refused : Passing.Passed;

        var renewing = client.RenewAsync($"42/{2 * Hour}");
        await Eventually.UntilAsync(() => facade.Bodies("/1/connects").Length >= 2);
        facade.Passes = static _ => Passing.Passed;

        Assert.Null(await renewing);
    }

    // "42/60000" is a token of user 42 that expires in a minute.
    private sealed class ExpiringTokens : ITokenAuthenticator
    {
        public ValueTask<Outcome<Identity>> AuthenticateAsync(string token, CancellationToken cancellationToken)
        {
            var parts = token.Split('/');
            return ValueTask.FromResult<Outcome<Identity>>(new Identity(
                long.Parse(parts[0], CultureInfo.InvariantCulture),
                1,
                TimeSpan.FromMilliseconds(long.Parse(parts[1], CultureInfo.InvariantCulture))));
        }
    }
}
