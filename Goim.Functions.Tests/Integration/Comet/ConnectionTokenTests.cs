using System.Globalization;
using Goim.Comet.Client;
using Goim.Functions.Tests.Hosting;
using Goim.Logic;
using Goim.Logic.Tokens;
using Microsoft.Extensions.DependencyInjection;
using static Goim.Functions.Tests.Hosting.ScriptedComet;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>When the client library asks for tokens, and what it does with them.</summary>
public sealed class ConnectionTokenTests : IDisposable
{
    private static readonly byte[] Accepted = Packet(8, version: 1, seq: 1);
    private readonly ScriptedComet comet = new();
    private int asked;

    [Fact]
    public async Task Each_connect_has_a_token_of_its_own()
    {
        await using var client = new RunningConnection(new Uri(comet.Tcp), _ => Token(lifetime: null));
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            await using var connection = await comet.AcceptAsync();
            Assert.Equal((7, $"token {attempt}"), await ReadPacketAsync(connection));
            await connection.WriteAsync(Packet(6, """{"reason":"token expired","reconnect":true}"""));
            await client.EndWaitAsync(attempt);
        }
    }

    [Fact]
    public async Task A_token_is_renewed_on_the_connection_before_it_expires()
    {
        await using var client = new RunningConnection(
            new Uri(comet.Tcp), _ => Token(asked == 2 ? null : TimeSpan.FromSeconds(50)));
        await using var connection = await comet.AcceptAsync();
        Assert.Equal((7, "token 1"), await ReadPacketAsync(connection));
        await connection.WriteAsync(Accepted);
        await client.UntilConnectedAsync();

        // 50 s: after 35 to 40 s.
        client.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((2, ""), await ReadPacketAsync(connection));
        client.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((7, "token 2"), await ReadPacketAsync(connection));
        await connection.WriteAsync((byte[])[.. Accepted, .. Packet(5, "still here")]);

        await Eventually.UntilAsync(() => client.Messages.Any());
        Assert.Equal([GoimConnectionState.Connecting, GoimConnectionState.Connected], client.States);
    }

    [Fact]
    public async Task A_renewal_without_a_token_is_tried_again_and_the_connection_stays()
    {
        await using var client = new RunningConnection(
            new Uri(comet.Tcp), _ => asked == 1 ? Fail() : Token(TimeSpan.FromSeconds(asked == 0 ? 50 : 5_000)));
        await using var connection = await comet.AcceptAsync();
        Assert.Equal((7, "token 1"), await ReadPacketAsync(connection));
        await connection.WriteAsync(Accepted);
        await client.UntilConnectedAsync();

        client.Advance(TimeSpan.FromSeconds(29));
        client.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal((2, ""), await ReadPacketAsync(connection));
        await client.EndWaitAsync(2);

        Assert.Equal((7, "token 3"), await ReadPacketAsync(connection));
        Assert.Empty(client.Reasons);
    }

    [Fact]
    public async Task A_factory_that_fails_is_asked_again_before_the_next_attempt()
    {
        await using var client = new RunningConnection(new Uri(comet.Tcp), _ => asked == 0 ? Fail() : Token(lifetime: null));
        await client.EndWaitAsync(1);

        await using var connection = await comet.AcceptAsync();
        Assert.Equal((7, "token 2"), await ReadPacketAsync(connection));
        Assert.Equal(["The token factory failed."], client.Reasons);
        Assert.IsType<TimeZoneNotFoundException>(Assert.Single(client.Errors));
    }

    [Fact]
    public async Task A_factory_that_hangs_is_left_after_10_seconds()
    {
        var never = new TaskCompletionSource<GoimToken>();
        await using var client = new RunningConnection(
            new Uri(comet.Tcp), _ => asked++ == 0 ? new ValueTask<GoimToken>(never.Task) : Token(lifetime: null));
        await Eventually.UntilAsync(() => client.Attempts == 1);
        client.Advance(TimeSpan.FromSeconds(10));
        await client.EndWaitAsync(1);

        await using var connection = await comet.AcceptAsync();
        Assert.Equal(["The token factory did not answer in time."], client.Reasons);
    }

    [Fact]
    public async Task A_factory_that_blocks_its_thread_does_not_hold_up_the_report_of_a_broken_connection_or_the_end()
    {
        using var block = new ManualResetEventSlim();
        await using var client = new RunningConnection(new Uri(comet.Tcp), _ =>
        {
            var token = Token(TimeSpan.FromSeconds(50));
            return asked > 1 && !block.Wait(Eventually.Limit * 2, CancellationToken.None) ? Fail() : token;
        });
        await using (var connection = await comet.AcceptAsync())
        {
            await ReadPacketAsync(connection);
            await connection.WriteAsync(Accepted);
            await client.UntilConnectedAsync();
            client.Advance(TimeSpan.FromSeconds(30));
            Assert.Equal((2, ""), await ReadPacketAsync(connection));
            client.Advance(TimeSpan.FromSeconds(10));
            await Eventually.UntilAsync(() => Volatile.Read(ref asked) == 2);
        }

        await Eventually.UntilAsync(() => client.Reasons.Any());
        client.Advance(TimeSpan.FromSeconds(1));
        await Eventually.UntilAsync(() => Volatile.Read(ref asked) == 3);
        await client.DisposeAsync().AsTask().WaitAsync(Eventually.Limit);
        block.Set();
    }

    [Fact]
    public async Task A_real_comets_expiry_is_renewed_or_ends_in_a_new_connection()
    {
        await using var host = await CometHost.StartAsync(
            ["1"], builder => builder.Services.AddSingleton<ITokenAuthenticator, ExpiringTokens>(), []);
        var lifetime = TimeSpan.FromSeconds(4);
        await using var renewed = await ConnectAsync(host, "tcp", 42, lifetime);
        await using var renewedOverWebSocket = await ConnectAsync(host, "ws", 43, lifetime);
        await using var expired = await ConnectAsync(host, "ws", 44, lifetime: null);

        // Its first token was the last one: by now all have expired.
        await Eventually.UntilAsync(() => expired.States.Count(static state => state == GoimConnectionState.Connected) == 2);
        await host.PushAsync("push/all", "to all");
        foreach (var client in new[] { renewed, renewedOverWebSocket, expired })
        {
            await Eventually.UntilAsync(() => client.Messages.Any());
        }

        Assert.Equal(["Disconnected: token expired."], expired.Reasons);
        Assert.Empty(renewed.Reasons);
        Assert.Empty(renewedOverWebSocket.Reasons);
    }

    public void Dispose() => comet.Dispose();

    // The first token is valid for 4 s, all others for a minute.
    private static async Task<RunningConnection> ConnectAsync(TestHost host, string scheme, long user, TimeSpan? lifetime)
    {
        var given = 0;
        var client = new RunningConnection(
            host.Comet(scheme),
            _ => new ValueTask<GoimToken>(given++ == 0 ? new GoimToken($"{user}/4000", lifetime) : new GoimToken($"{user}/60000")),
            TimeProvider.System);
        await client.UntilConnectedAsync();
        return client;
    }

    private ValueTask<GoimToken> Token(TimeSpan? lifetime) => new(new GoimToken($"token {++asked}", lifetime));

    private ValueTask<GoimToken> Fail()
    {
        asked++;
        throw new TimeZoneNotFoundException();
    }

    // "42/60000" is a token of user 42 that expires in a minute.
    private sealed class ExpiringTokens : ITokenAuthenticator
    {
        public ValueTask<Outcome<Identity>> AuthenticateAsync(string token, CancellationToken cancellationToken) =>
            ValueTask.FromResult<Outcome<Identity>>(token.Split('/') is [var user, var milliseconds]
                ? new Identity(
                    long.Parse(user, CultureInfo.InvariantCulture),
                    1,
                    TimeSpan.FromMilliseconds(long.Parse(milliseconds, CultureInfo.InvariantCulture)))
                : new Identity(long.Parse(token, CultureInfo.InvariantCulture), 1));
    }
}
