using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Goim.Functions.Tests.Integration.LocalHost;

/// <summary>What <c>/local/comet</c> tells of the embedded comet.</summary>
public sealed class LocalCometTests
{
    [Fact]
    public async Task Without_an_embedded_comet_it_says_so()
    {
        await using var host = await TestHost.StartAsync();

        Assert.Equal("""{"embedded":false}""", await host.Http.GetStringAsync("/local/comet"));
    }

    [Fact]
    public async Task A_comet_that_is_well_has_no_problem_and_counts()
    {
        await using var host = await CometHost.StartAsync("--Comet:ServerId=3");
        using var client = await host.ConnectAsync("ws", "42");
        await host.PushAsync("push?uid=42", "m");
        await client.ExpectAsync("m");

        await Eventually.UntilAsync(async () => Problem(await CometAsync(host)) is null);
        await Eventually.UntilAsync(async () =>
            Stat(await CometAsync(host)).GetProperty("delivered").GetProperty("multiple").GetInt32() == 1);

        var stat = Stat(await CometAsync(host));
        Assert.Equal((3, 1), (stat.GetProperty("server").GetInt32(), stat.GetProperty("connections").GetInt32()));
    }

    [Fact]
    public async Task A_comet_says_what_is_not_well()
    {
        await using var host = await TestHost.StartAsync(
            ["1"], ["--Comet:Embedded=true", "--Comet:TcpPort=0"], brokers: $"127.0.0.1:{Ports.Next()}");

        await Eventually.UntilAsync(async () => Problem(await CometAsync(host)) == "broker,offsets");
    }

    [Fact]
    public async Task A_comet_that_has_not_started_is_starting()
    {
        var early = new EarlyRequest();
        await using var host = await TestHost.StartAsync(
            ["1"], ["--Comet:Embedded=true", "--Comet:TcpPort=0"],
            configure: builder => builder.Services.AddSingleton<IHostedService>(provider => early.Of(provider)));

        Assert.Equal("""{"embedded":true,"problem":"starting","stat":null}""", early.Answer);
    }

    private static async Task<JsonElement> CometAsync(TestHost host) => JsonElement.Parse(await host.Http.GetStringAsync("/local/comet"));

    private static string? Problem(JsonElement comet)
    {
        Assert.True(comet.GetProperty("embedded").GetBoolean());
        return comet.GetProperty("problem").GetString();
    }

    private static JsonElement Stat(JsonElement comet) => comet.GetProperty("stat");

    /// <summary>Asks when the host listens, and before it starts the comet.</summary>
    private sealed class EarlyRequest : IHostedLifecycleService
    {
        private IServiceProvider? provider;

        public string? Answer { get; private set; }

        public EarlyRequest Of(IServiceProvider services)
        {
            provider = services;
            return this;
        }

        public async Task StartedAsync(CancellationToken cancellationToken)
        {
            var server = provider!.GetRequiredService<IServer>();
            using var http = new HttpClient();
            Answer = await http.GetStringAsync(
                $"{server.Features.Get<IServerAddressesFeature>()!.Addresses.First()}/local/comet", cancellationToken);
        }

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
