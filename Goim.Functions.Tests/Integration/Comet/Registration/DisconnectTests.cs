using Goim.Comet.Wire;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Comet.Registration;

/// <summary>Sessions of connections that have ended are deleted through the facade.</summary>
public sealed class DisconnectTests : IAsyncLifetime
{
    private const string Disconnects = "/1/disconnects";
    private TestHost host = null!;
    private FacadeProxy facade = null!;
    private TestRegistrar comet = null!;

    public async Task InitializeAsync()
    {
        // Placed by Vectors/ketama.json: 2001 on node 2, 2002 on node 1.
        host = await TestHost.StartAsync(["1", "2"], []);
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
    public async Task Five_thousand_connections_that_end_at_once_are_deleted_in_few_calls()
    {
        var clients = await comet.ConnectManyAsync(Enumerable.Range(1, 5_000).Select(user => $"{user}"));
        facade.Passes = static path => path == Disconnects ? Passing.Held : Passing.Passed;

        await Task.WhenAll(clients.Select(client => client.LeaveAsync()));
        facade.Released.SetResult();

        await UntilNobodyIsRegisteredAsync();
        Assert.InRange(facade.Bodies(Disconnects).Length, 1, 2);
        Assert.Equal(
            clients.Select(client => client.Key).Order(StringComparer.Ordinal),
            facade.Entries(Disconnects, "keys").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_key_is_kept_while_the_facade_is_down_and_sent_when_it_is_there_again()
    {
        var client = await comet.ConnectAsync("2002");
        facade.Passes = static path => path == Disconnects ? Passing.Refused : Passing.Passed;

        await client.LeaveAsync();
        await Eventually.UntilAsync(() => facade.Bodies(Disconnects).Length >= 2);
        Assert.Equal("2002_1", Assert.Single((await host.KeysAsync())!));
        facade.Passes = static _ => Passing.Passed;

        await host.UntilKeysAsync();
    }

    [Fact]
    public async Task Only_the_keys_that_a_node_did_not_take_are_sent_again()
    {
        var first = await comet.ConnectAsync("2002");
        var clients = await Task.WhenAll(comet.ConnectAsync("2001"), comet.ConnectAsync("2002"));
        facade.Passes = static path => path == Disconnects ? Passing.Held : Passing.Passed;
        await first.LeaveAsync();
        await Eventually.UntilAsync(() => facade.Bodies(Disconnects).Length == 1);
        await Task.WhenAll(clients.Select(client => client.LeaveAsync()));
        await host.Nodes["2"].DisposeAsync();

        facade.Released.SetResult();

        await Eventually.UntilAsync(() => facade.Bodies(Disconnects).Length >= 3);
        Assert.Equal(["2001_1", "2002_2"], Entries(1).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("2002_2", Entries(2));
        Assert.Contains("2001_1", Entries(2));
    }

    [Fact]
    public async Task A_key_without_a_connection_is_deleted_once_and_never_one_that_has_ended_here()
    {
        var client = await comet.ConnectAsync("42");
        var ended = client.Connection.Key;
        await client.LeaveAsync();
        foreach (var user in new[] { 98, 99 })
        {
            await host.PostAsync("/1/router/put", $$"""{"userId":{{user}},"server":{{comet.Registrar.ServerId}}}""");
        }

        for (var i = 0; i < 3; i++)
        {
            comet.Lanes.ToKeys([ended, new SubKey(98, 1)], TestRegistrar.Message(PacketKind.Multiple), ensure: false);
        }

        await Eventually.UntilAsync(() => facade.Entries(Disconnects, "keys").Contains("98_1"));
        comet.Lanes.ToKeys([new SubKey(98, 1), new SubKey(99, 1)], TestRegistrar.Message(PacketKind.Multiple), ensure: false);
        await UntilNobodyIsRegisteredAsync();

        Assert.Equal(["42_1", "98_1", "99_1"], facade.Entries(Disconnects, "keys").Order(StringComparer.Ordinal));
    }

    private string[] Entries(int call) => [.. System.Text.Json.JsonDocument.Parse(facade.Bodies(Disconnects)[call]).RootElement
        .GetProperty("keys").EnumerateArray().Select(key => key.GetString()!)];

    private Task UntilNobodyIsRegisteredAsync() => Eventually.UntilAsync(async () =>
        (await host.CountNowAsync("allservercount")).GetProperty("data").GetRawText() == """{"counter":{}}""");
}
