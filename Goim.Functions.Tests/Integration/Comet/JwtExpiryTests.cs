using System.Security.Cryptography;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>Connections whose tokens are signed ones.</summary>
public sealed class JwtExpiryTests : IAsyncLifetime
{
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);
    private TestHost host = null!;

    public async Task InitializeAsync() => host = await CometHost.StartWithTokensAsync(
        static user => Token(user, TimeSpan.FromHours(1)),
        "--Connect:Tokens=Jwt", $"--Connect:Jwt:Keys:main={Convert.ToBase64String(Secret)}");

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task A_connection_ends_with_its_token_and_may_come_back(string scheme)
    {
        // It expired 20 s ago, so 10 s of the allowance are left.
        using var client = await host.ConnectAsync(scheme, Token(42, TimeSpan.FromSeconds(-20)));

        Assert.Equal(("token expired", true), await client.DisconnectedAsync());
        await Eventually.UntilAsync(async () => await host.SessionsAsync(42) == 0);
    }

    [Fact]
    public async Task A_newer_token_of_the_user_keeps_the_connection()
    {
        using var other = await host.ConnectAsync("tcp", Token(43, TimeSpan.FromSeconds(-20)));
        using var client = await host.ConnectAsync("tcp", Token(42, TimeSpan.FromSeconds(-20)));

        await client.AuthAsync(Token(42, TimeSpan.FromMinutes(10)));

        Assert.Equal(("token expired", true), await other.DisconnectedAsync());
        await host.PushAsync("push?uid=42", "still here");
        await client.ExpectAsync("still here");
    }

    [Fact]
    public async Task A_refused_token_has_the_apps_sentence()
    {
        using var client = await host.OpenAsync("ws");
        await client.SendAsync(CometPacket.Auth(Token(42, TimeSpan.FromDays(-1))));

        var (reason, reconnect) = await client.DisconnectedAsync();

        Assert.StartsWith("token is expired: it was valid until ", reason, StringComparison.Ordinal);
        Assert.False(reconnect);
    }

    [Fact]
    public async Task A_token_of_another_user_is_no_newer_token()
    {
        using var client = await host.ConnectAsync("tcp", Token(42, TimeSpan.FromMinutes(10)));
        await client.SendAsync(CometPacket.Auth(Token(43, TimeSpan.FromMinutes(10))));

        Assert.False((await client.DisconnectedAsync()).Reconnect);
    }

    private static string Token(long user, TimeSpan lifetime) =>
        TestJwt.Hs256($$"""{"sub":"{{user}}","exp":{{TestJwt.In(lifetime)}}}""", Secret);
}
