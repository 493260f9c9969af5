using Goim.Comet.Settings;
using Goim.Comet.Wire;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet.Registration;

/// <summary>Clients are connected through the facade.</summary>
public sealed class ConnectTests : IAsyncLifetime
{
    private const string Connects = "/1/connects";
    private TestHost host = null!;
    private FacadeProxy facade = null!;
    private TestRegistrar comet = null!;

    public async Task InitializeAsync()
    {
        host = await TestHost.StartAsync();
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
    public async Task A_client_is_registered_at_the_node_and_gets_what_is_sent_to_its_key_and_room()
    {
        var client = await comet.ConnectAsync("42");

        Assert.Equal("42_1", client.Key);
        (await host.GetAsync("/1/router/get?uid=42")).HasData(
            $$"""{"userId":42,"sessions":[{"seq":1,"server":{{comet.Registrar.ServerId}}}]}""");
        comet.Lanes.ToKeys([client.Connection.Key], TestRegistrar.Message(PacketKind.Multiple), ensure: false);
        comet.Lanes.ToRoom(1, TestRegistrar.Message(PacketKind.Room), ensure: false);
        await Eventually.UntilAsync(() => client.Ops is [Op.AuthReply, Op.Message, Op.Message]);
    }

    [Fact]
    public async Task A_refused_token_comes_back_with_the_facades_sentence_which_does_not_quote_it()
    {
        var farewell = await comet.NewClient().ConnectAsync("s3cret");

        Assert.Equal((DisconnectCause.Refused, false), (farewell!.Cause, farewell.Reconnect));
        Assert.Equal(
            "token is no user id: expected a whole number of int64, since Connect__Tokens is UserId.", farewell.Reason);
    }

    [Fact]
    public async Task A_token_that_is_not_UTF8_is_refused_without_a_call()
    {
        var farewell = await comet.NewClient().ConnectAsync([0xC3, 0x28]);

        Assert.Equal((DisconnectCause.Refused, false), (farewell!.Cause, farewell.Reconnect));
        Assert.Empty(facade.Bodies(Connects));
    }

    [Fact]
    public async Task Clients_that_come_while_calls_are_under_way_share_the_next_call()
    {
        facade.Passes = static path => path == Connects ? Passing.Held : Passing.Passed;
        var first = comet.NewClient().ConnectAsync("1");
        await Eventually.UntilAsync(() => facade.Bodies(Connects).Length == 1);
        var second = comet.NewClient().ConnectAsync("2");
        await Eventually.UntilAsync(() => facade.Bodies(Connects).Length == 2);
        var others = Enumerable.Range(3, 1_000).Select(user => comet.NewClient().ConnectAsync($"{user}")).ToArray();

        facade.Released.SetResult();

        Assert.All(await Task.WhenAll([first, second, .. others]), Assert.Null);
        Assert.InRange(facade.Bodies(Connects).Length, 3, 4);
        Assert.Equal(
            Enumerable.Range(1, 1_002).Select(user => $"{user}").Order(StringComparer.Ordinal),
            facade.Entries(Connects, "tokens").Order(StringComparer.Ordinal));
        Assert.Equal(1_002, facade.Entries(Connects, "requestIds").Distinct(StringComparer.Ordinal).Count());
        (await host.CountNowAsync("allservercount")).HasData($$$"""{"counter":{"{{{comet.Registrar.ServerId}}}":1002}}""");
    }

    [Fact]
    public async Task Long_tokens_are_spread_over_calls_that_the_facade_takes()
    {
        var token = new string('\u0001', PacketHeader.MaxToken);

        var farewells = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => comet.NewClient().ConnectAsync(token)));

        Assert.All(farewells, farewell => Assert.Equal(DisconnectCause.Refused, farewell!.Cause));
        Assert.All(facade.Bodies(Connects), body => Assert.InRange(body.Length, 0, 4 * 1024 * 1024));
    }

    [Theory]
    [InlineData(nameof(Passing.Lost))]
    [InlineData(nameof(Passing.Held))]
    public async Task A_connect_that_gets_no_answer_is_repeated_as_the_same_connect(string first)
    {
        var calls = 0;
        facade.Passes = path =>
            path == Connects && Interlocked.Increment(ref calls) == 1 ? Enum.Parse<Passing>(first) : Passing.Passed;

        var client = await comet.ConnectAsync("42");

        Assert.Equal("42_1", client.Key);
        var bodies = facade.Bodies(Connects);
        Assert.Equal(2, bodies.Length);
        Assert.Equal(bodies[0], bodies[1]);
        await host.UntilKeysAsync("42_1");
    }

    [Fact]
    public async Task A_client_that_leaves_while_its_connect_is_under_way_is_disconnected()
    {
        facade.Passes = static path => path == Connects ? Passing.Held : Passing.Passed;
        var client = comet.NewClient();
        var connecting = client.ConnectAsync("42");
        await host.UntilKeysAsync("42_1");

        client.Connection.Abort(DisconnectCause.Client);
        facade.Released.SetResult();

        Assert.NotNull(await connecting);
        await host.UntilKeysAsync();
        Assert.Empty(client.Received);
    }

    [Fact]
    public async Task A_client_may_come_back_after_the_facade_has_refused_the_call()
    {
        facade.Passes = static path => path == Connects ? Passing.Refused : Passing.Passed;

        Assert.Same(Farewell.Unavailable, await comet.NewClient().ConnectAsync("42"));

        Assert.Single(facade.Bodies(Connects));
        facade.Passes = static _ => Passing.Passed;
        await comet.ConnectAsync("42");
    }

    [Fact]
    public async Task A_client_may_come_back_if_nothing_listens_at_the_facades_address()
    {
        await using var alone = await TestRegistrar.StartAsync(new CometOptions { Api = new($"http://127.0.0.1:{Ports.Next()}") });

        Assert.Same(Farewell.Unavailable, await alone.NewClient().ConnectAsync("42"));

        Assert.False(alone.Registrar.IsReady);
    }

    [Fact]
    public async Task A_client_of_a_node_that_is_down_may_come_back()
    {
        await host.Nodes["1"].DisposeAsync();

        Assert.Same(Farewell.Unavailable, await comet.NewClient().ConnectAsync("42"));
    }

    [Fact]
    public async Task A_connection_that_may_have_missed_messages_while_it_was_registered_is_not_made()
    {
        facade.Passes = static path => path == Connects ? Passing.Held : Passing.Passed;
        var connecting = comet.NewClient().ConnectAsync("42");
        await host.UntilKeysAsync("42_1");

        var keys = Enumerable.Range(1, 10_001).Select(seq => new Goim.Protocol.SubKey(7, seq)).ToArray();
        comet.Lanes.ToKeys(keys, TestRegistrar.Message(PacketKind.Multiple), ensure: false);
        await Eventually.UntilAsync(() => comet.Counters.HeldForgotten > 0);
        facade.Released.SetResult();

        var farewell = await connecting;
        Assert.Equal((DisconnectCause.HeldTooMuch, true), (farewell!.Cause, farewell.Reconnect));
        await host.UntilKeysAsync();
    }

    [Fact]
    public async Task The_facade_gets_the_key_and_a_refused_one_is_logged_by_the_name_of_its_setting()
    {
        await using var locked = await TestHost.StartAsync("--LocalHost:RequireKeys=true", "--LocalHost:Keys:comet=right");
        await using var other = await FacadeProxy.StartAsync(locked);
        await using var refused = await TestRegistrar.StartAsync(new CometOptions { Api = other.Url, ApiKey = "wr0ng" });
        await using var taken = await TestRegistrar.StartReadyAsync(
            new CometOptions { Api = new Uri($"{other.Url}/"), ApiKey = "right", DrainTime = TimeSpan.Zero });

        await taken.ConnectAsync("42");
        Assert.Same(Farewell.Unavailable, await refused.NewClient().ConnectAsync("42"));
        await refused.NewClient().ConnectAsync("43");

        Assert.Equal(1, refused.Logs.Count("Comet__ApiKey"));
        Assert.Equal(0, refused.Logs.Count("wr0ng"));
        Assert.False(refused.Registrar.IsReady);
    }

    [Fact]
    public async Task Nodes_without_leases_are_warned_of() =>
        await Eventually.UntilAsync(() => comet.Logs.Count("leaseMs is 0") == 1);
}
