using System.Diagnostics;
using Goim.Comet.Settings;
using Goim.Comet.Wire;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Comet.Registration;

namespace Goim.Functions.Tests.Faults.Comet;

/// <summary>What a comet's registration does over time.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class RegistrationFaultTests : IAsyncLifetime
{
    private const string Connects = "/1/connects";
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
    public async Task A_client_whose_connect_gets_no_answer_is_told_to_come_back_and_its_session_is_deleted_later()
    {
        await using var comet = await TestRegistrar.StartReadyAsync(facade.Url);
        facade.Passes = static path => path == Connects ? Passing.Lost : Passing.Passed;
        var start = Stopwatch.GetTimestamp();

        var farewell = await comet.NewClient().ConnectAsync("42");

        Assert.Same(Farewell.Unavailable, farewell);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.Equal("42_1", Assert.Single((await host.KeysAsync())!));
        Assert.InRange(facade.Bodies(Connects).Length, 3, 10);
        facade.Passes = static _ => Passing.Passed;
        await host.UntilKeysAsync();
        Assert.Single(facade.Bodies(Connects).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_client_whose_connect_waits_behind_calls_without_answers_is_told_to_come_back_in_time()
    {
        await using var comet = await TestRegistrar.StartReadyAsync(facade.Url);
        facade.Passes = static path => path == Connects ? Passing.Held : Passing.Passed;
        for (var calls = 1; calls <= 2; calls++)
        {
            _ = comet.NewClient().ConnectAsync($"{calls}");
            await Eventually.UntilAsync(() => facade.Bodies(Connects).Length == calls);
        }

        var start = Stopwatch.GetTimestamp();
        var farewell = await comet.NewClient().ConnectAsync("42");

        Assert.Same(Farewell.Unavailable, farewell);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(14));
    }

    [Fact]
    public async Task A_comet_with_a_fixed_id_takes_clients_although_a_node_does_not_confirm_that_its_last_run_is_deleted()
    {
        // Placed by Vectors/ketama.json: 2002 on node 1.
        await using var two = await TestHost.StartAsync(["1", "2"], []);
        await two.Nodes["2"].DisposeAsync();

        await using var five = await TestRegistrar.StartReadyAsync(
            new CometOptions { Api = two.Http.BaseAddress!, ServerId = 5, DrainTime = TimeSpan.Zero });

        await five.ConnectAsync("2002");
        Assert.Equal(1, five.Logs.Count("sessions of its last run may stay until"));
    }

    [Fact]
    public async Task The_drain_spreads_the_clients_over_its_time()
    {
        var drain = TimeSpan.FromSeconds(3);
        await using var comet = await TestRegistrar.StartReadyAsync(new CometOptions { Api = facade.Url, DrainTime = drain });
        var clients = await Task.WhenAll(Enumerable.Range(1, 100).Select(user => comet.ConnectAsync($"{user}")));
        var start = Stopwatch.GetTimestamp();

        var stopping = comet.StopAsync();
        await Eventually.UntilAsync(() => Closed() >= 50);

        Assert.InRange(Stopwatch.GetElapsedTime(start), drain * 0.45, drain * 10);
        await stopping;
        Assert.Equal(100, Closed());
        Assert.Empty((await host.KeysAsync())!);

        int Closed() => clients.Count(client => client.Connection.Outbox.IsClosing);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_facade_that_hangs()
    {
        var comet = await TestRegistrar.StartReadyAsync(facade.Url);
        await comet.ConnectAsync("42");
        facade.Passes = static _ => Passing.Held;
        var connecting = comet.NewClient().ConnectAsync("43");
        await Eventually.UntilAsync(() => facade.Bodies(Connects).Length == 2);
        var start = Stopwatch.GetTimestamp();

        await comet.StopAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.NotNull(await connecting);
        await comet.DisposeAsync();
    }
}
