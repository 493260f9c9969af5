using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A <see cref="TestHost"/> with a comet embedded in it.</summary>
internal static class CometHost
{
    /// <summary>A user whose connection shows that a comet takes clients.</summary>
    private const long Probe = 999_999_999;

    public static Task<TestHost> StartAsync(params string[] settings) => StartAsync(["1"], static _ => { }, settings);

    /// <summary>Over the tests' shared broker.</summary>
    public static Task<TestHost> StartAsync(string[] nodes, Action<WebApplicationBuilder> configure, params string[] settings) =>
        ReadyAsync(TestHost.StartAsync(nodes, WithComet(settings), configure: configure));

    /// <summary>Over a broker of the test's own.</summary>
    public static Task<TestHost> StartAsync(
        TestBroker broker, string[] nodes, Action<WebApplicationBuilder> configure, params string[] settings) =>
        ReadyAsync(TestHost.StartAsync(broker, nodes, configure, WithComet(settings)));

    /// <summary>With tokens that are no user ids.</summary>
    /// <param name="tokenOf">Makes a token of a user.</param>
    /// <param name="settings">Settings of the host.</param>
    public static Task<TestHost> StartWithTokensAsync(Func<long, string> tokenOf, params string[] settings) =>
        ReadyAsync(TestHost.StartAsync(["1"], WithComet(settings)), tokenOf(Probe));

    /// <summary>The address of the embedded comet.</summary>
    /// <param name="host">The host.</param>
    /// <param name="scheme"><c>tcp</c> or <c>ws</c>.</param>
    public static Uri Comet(this TestHost host, string scheme) => scheme == "tcp"
        ? new Uri($"tcp://127.0.0.1:{host.Setting("Comet:TcpPort")}")
        : new Uri($"ws://{host.Http.BaseAddress!.Authority}/sub");

    /// <summary>A setting of the host.</summary>
    public static string Setting(this TestHost host, string name) =>
        host.App.Services.GetRequiredService<IConfiguration>()[name]!;

    /// <summary>Opens a connection to the embedded comet.</summary>
    public static Task<CometClient> OpenAsync(this TestHost host, string scheme) => CometClient.OpenAsync(host.Comet(scheme));

    /// <summary>Opens a connection to the embedded comet and authenticates.</summary>
    public static Task<CometClient> ConnectAsync(this TestHost host, string scheme, string token) =>
        CometClient.ConnectAsync(host.Comet(scheme), token);

    /// <summary>Number of sessions that the router nodes have of a user.</summary>
    public static async Task<int> SessionsAsync(this TestHost host, long user) =>
        (await host.GetAsync($"/1/router/get?uid={user}")).GetProperty("data").GetProperty("sessions").GetArrayLength();

    /// <summary>Number of sessions that the router nodes have.</summary>
    public static async Task<long> SessionsAsync(this TestHost host) =>
        (await host.CountNowAsync("allservercount")).GetProperty("data").GetProperty("counter")
            .EnumerateObject().Sum(server => server.Value.GetInt64());

    /// <summary>A push that a broker has acknowledged.</summary>
    /// <param name="host">The host.</param>
    /// <param name="route">Such as <c>push?uid=42</c>.</param>
    /// <param name="message">The body.</param>
    public static async Task PushAsync(this TestHost host, string route, string message)
    {
        var answer = await host.PostAsync($"/1/{route}{(route.Contains('?') ? '&' : '?')}ack=broker", message);
        Assert.True(answer.Ret() == 1, answer.GetRawText());
    }

    /// <summary>Connects until the comet at an address takes a client.</summary>
    public static Task UntilReadyAsync(Uri comet, string? authority = null, string? token = null) => Eventually.UntilAsync(async () =>
    {
        using var client = await CometClient.OpenAsync(comet, authority);
        await client.SendAsync(CometPacket.Auth(token ?? Probe.ToString(CultureInfo.InvariantCulture)));
        var answer = await client.ReceiveAsync();
        Assert.True(answer is { Op: 8 or 6 }, $"{answer}");
        return answer.Op == 8;
    });

    private static string[] WithComet(string[] settings) =>
        ["--Comet:Embedded=true", $"--Comet:TcpPort={Ports.Next()}", .. settings];

    private static async Task<TestHost> ReadyAsync(Task<TestHost> starting, string? token = null)
    {
        var host = await starting;
        await UntilReadyAsync(host.Comet("tcp"), token: token);
        await Eventually.UntilAsync(async () => await host.SessionsAsync(Probe) == 0);
        return host;
    }
}
