using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Comet.Registration;

namespace Goim.Functions.Tests.Integration.Comet.Records;

/// <summary>Record <c>kick</c>.</summary>
public sealed class KickRecordTests
{
    private const string All = """{"op":"kick","server":3,"msg":"bW92ZSBvbg=="}""";

    [Theory]
    [InlineData("tcp", ""","msg":"Z28gYXdheQ==" """, "go away")]
    [InlineData("ws", ""","msg":"Z28gYXdheQ==" """, "go away")]
    [InlineData("ws", ""","msg":"" """, "kicked")]
    [InlineData("tcp", "", "kicked")]
    public async Task A_connection_is_told_why_and_its_session_ends(string scheme, string msg, string reason)
    {
        await using var comet = await TopicComet.StartAsync();
        using var kicked = await comet.ConnectAsync(scheme, "42");
        using var sameUser = await comet.ConnectAsync(scheme, "42");
        using var other = await comet.ConnectAsync(scheme, "43");

        await comet.WriteAsync("""{"op":"kick","server":4,"subkeys":["42_2"]}""");
        await comet.WriteAsync($$"""{"op":"kick","server":3,"subkeys":["42_1"]{{msg}}}""");

        Assert.Equal((reason, false), await kicked.DisconnectedAsync());
        await comet.Host.UntilKeysAsync("42_2", "43_1");
        await comet.WriteToAllAsync("to all");
        await sameUser.ExpectAsync("to all");
        await other.ExpectAsync("to all");
        await Eventually.UntilAsync(async () => await comet.StatAsync("disconnects", "kicked") == 1);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task What_was_sent_before_the_kick_comes_before_it(string scheme)
    {
        await using var comet = await TopicComet.StartAsync();
        using var client = await comet.ConnectAsync(scheme, "42");

        for (var i = 0; i < 20; i++)
        {
            await comet.WriteToRoomAsync(1, $"{i}");
        }

        await comet.WriteAsync("""{"op":"kick","server":3,"subkeys":["42_1"]}""");
        await comet.WriteToRoomAsync(1, "too late");

        for (var i = 0; i < 20; i++)
        {
            await client.ExpectAsync($"{i}");
        }

        Assert.Equal(("kicked", false), await client.DisconnectedAsync());
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task A_client_that_is_kicked_while_it_connects_is_accepted_and_then_disconnected(string scheme)
    {
        await using var comet = await TopicComet.StartAsync();
        comet.Facade.Passes = static path => path == "/1/connects" ? Passing.Held : Passing.Passed;
        using var client = await comet.OpenAsync(scheme);
        await client.SendAsync(CometPacket.Auth("42"));
        await Eventually.UntilAsync(() => comet.Facade.Held == 1);

        await comet.WriteAsync("""{"op":"kick","server":3,"subkeys":["42_1"]}""");
        await Eventually.UntilAsync(async () => await comet.StatAsync("held", "messages") == 1);
        comet.Facade.Released.SetResult();

        Assert.Equal(8, (await client.ReceiveAsync())!.Op);
        Assert.Equal(("kicked", false), await client.DisconnectedAsync());
        await comet.Host.UntilKeysAsync();
    }

    [Fact]
    public async Task All_clients_of_a_server_are_told_to_come_back_and_no_session_is_left()
    {
        await using var comet = await TopicComet.StartAsync("--Comet:DrainTime=00:00:01");
        using var crowd = await CometCrowd.ConnectAsync(user => comet.Address(user % 2 == 0 ? "tcp" : "ws"), 1, 500);

        await comet.WriteAsync(All);

        await crowd.ForEachAsync(static async client => Assert.Equal(("move on", true), await client.DisconnectedAsync()));
        await comet.Host.UntilKeysAsync();
        await Eventually.UntilAsync(async () => await comet.StatAsync("disconnects", "kicked") == 500);
        using var back = await comet.ConnectAsync("tcp", "1");
        await back.AnswersHeartbeatAsync();
    }

    [Fact]
    public async Task A_second_kick_while_the_first_one_runs_is_for_those_who_have_come_meanwhile_too()
    {
        await using var comet = await TopicComet.StartAsync("--Comet:DrainTime=00:00:03");
        using var crowd = await CometCrowd.ConnectAsync(_ => comet.Address("tcp"), 1, 20);
        await comet.WriteAsync(All);
        await Eventually.UntilAsync(async () => await comet.StatAsync("disconnects", "kicked") > 0);
        using var second = await comet.ConnectAsync("ws", "42");

        await comet.WriteAsync(All);
        await comet.WriteAsync(All);
        using var third = await comet.ConnectAsync("ws", "43");

        await crowd.ForEachAsync(static async client => Assert.Equal(("move on", true), await client.DisconnectedAsync()));
        Assert.Equal(("move on", true), await second.DisconnectedAsync());
        await comet.Host.UntilKeysAsync("43_1");
        await third.AnswersHeartbeatAsync();
    }

    [Fact]
    public async Task A_client_that_connects_while_all_are_kicked_is_kicked_too()
    {
        await using var comet = await TopicComet.StartAsync();
        comet.Facade.Passes = static path => path == "/1/connects" ? Passing.Held : Passing.Passed;
        using var client = await comet.OpenAsync("tcp");
        await client.SendAsync(CometPacket.Auth("42"));
        await Eventually.UntilAsync(() => comet.Facade.Held == 1);

        await comet.WriteAsync(All);
        comet.Facade.Released.SetResult();

        Assert.Equal(8, (await client.ReceiveAsync())!.Op);
        Assert.Equal(("move on", true), await client.DisconnectedAsync());
        await comet.Host.UntilKeysAsync();
    }

    [Fact]
    public async Task A_key_that_is_not_here_is_nothing()
    {
        await using var comet = await TopicComet.StartAsync();
        using var client = await comet.ConnectAsync("tcp", "42");

        await comet.WriteAsync("""{"op":"kick","server":3,"subkeys":["42_9","7_1"]}""");

        await client.AnswersHeartbeatAsync();
        await comet.Host.UntilKeysAsync("42_1");
    }
}
