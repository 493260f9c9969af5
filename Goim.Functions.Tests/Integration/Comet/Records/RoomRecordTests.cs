using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet.Records;

/// <summary>Records <c>join_room</c> and <c>leave_room</c>: each has its place among the messages of its room.</summary>
public sealed class RoomRecordTests : IAsyncLifetime
{
    private const string Join = """{"op":"join_room","server":3,"subkeys":["42_1"],"roomid":7}""";
    private const string Leave = """{"op":"leave_room","server":3,"subkeys":["42_1"],"roomid":1}""";

    // The two rooms are on different partitions, of which either may be read first.
    private const int OfRoom1 = 1, OfRoom7 = 7;
    private TopicComet comet = null!;

    public async Task InitializeAsync() => comet = await TopicComet.StartAsync();

    public async Task DisposeAsync() => await comet.DisposeAsync();

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task Where_the_join_is_read_first_the_connection_gets_both_rooms_messages_in_between(string scheme)
    {
        using var client = await comet.ConnectAsync(scheme, "42");
        using var other = await comet.ConnectAsync(scheme, "43");
        await ToBothAsync("before");

        await comet.WriteAsync(Join, OfRoom7);
        await ToBothAsync("between");
        await comet.WriteAsync(Leave, OfRoom1);
        await ToBothAsync("after");

        await ExpectAsync(client, "1 before", "1 between", "7 between", "7 after");
        await ExpectAsync(other, "1 before", "1 between", "1 after");
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task Where_the_leave_is_read_first_the_connection_gets_neither_rooms_messages_in_between(string scheme)
    {
        using var client = await comet.ConnectAsync(scheme, "42");
        using var other = await comet.ConnectAsync(scheme, "43");

        await comet.WriteAsync(Leave, OfRoom1);
        await ToBothAsync("between");
        await comet.WriteAsync("""{"op":"multiple","server":3,"subkeys":["42_1"],"msg":"a2V5"}""");
        await comet.WriteToAllAsync("all");
        await comet.WriteAsync(Join, OfRoom7);
        await ToBothAsync("after");

        await ExpectAsync(client, "key", "all", "7 after");
        await ExpectAsync(other, "1 between", "all", "1 after");
    }

    [Fact]
    public async Task A_record_that_comes_twice_or_is_for_another_server_changes_nothing()
    {
        using var client = await comet.ConnectAsync("tcp", "42");

        await comet.WriteAsync(Join.Replace("3", "4", StringComparison.Ordinal), OfRoom7);
        await comet.WriteAsync(Leave.Replace("3", "4", StringComparison.Ordinal), OfRoom1);
        await ToBothAsync("unchanged");
        await comet.WriteAsync(Join, OfRoom7);
        await comet.WriteAsync(Leave, OfRoom1);
        await comet.WriteAsync(Join, OfRoom7);
        await comet.WriteAsync(Leave, OfRoom1);
        await ToBothAsync("changed");

        await ExpectAsync(client, "1 unchanged", "7 changed");
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task A_change_back_leaves_the_connection_where_it_was(string scheme)
    {
        using var client = await comet.ConnectAsync(scheme, "42");

        // All of room 1's records are read before those of room 7.
        await comet.WriteAsync(Leave, OfRoom1);
        await comet.WriteAsync("""{"op":"join_room","server":3,"subkeys":["42_1"],"roomid":1}""", OfRoom1);
        await comet.WriteAsync(Join, OfRoom7);
        await comet.WriteAsync("""{"op":"leave_room","server":3,"subkeys":["42_1"],"roomid":7}""", OfRoom7);
        await ToBothAsync("after");

        await ExpectAsync(client, "1 after");
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task A_change_while_the_client_connects_waits_for_it(string scheme)
    {
        comet.Facade.Passes = static path => path == "/1/connects" ? Passing.Held : Passing.Passed;
        using var client = await comet.OpenAsync(scheme);
        await client.SendAsync(CometPacket.Auth("42"));
        await Eventually.UntilAsync(() => comet.Facade.Held == 1);
        await comet.WriteAsync(Leave, OfRoom1);
        await comet.WriteAsync(Join, OfRoom7);
        await Eventually.UntilAsync(async () => await comet.StatAsync("held", "messages") == 2);
        comet.Facade.Released.SetResult();

        Assert.Equal(8, (await client.ReceiveAsync())!.Op);
        await ToBothAsync("after");
        await ExpectAsync(client, "7 after");
    }

    private async Task ToBothAsync(string message)
    {
        await comet.WriteToRoomAsync(1, $"1 {message}", OfRoom1);
        await comet.WriteToRoomAsync(7, $"7 {message}", OfRoom7);
    }

    // These messages and no other.
    private static async Task ExpectAsync(CometClient client, params string[] messages)
    {
        foreach (var message in messages)
        {
            await client.ExpectAsync(message);
        }

        await client.AnswersHeartbeatAsync();
    }
}
