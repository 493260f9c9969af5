using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet.Records;

/// <summary>Members <c>except</c> and <c>expires</c> of a record.</summary>
public sealed class ExceptAndExpiresTests : IAsyncLifetime
{
    private TopicComet comet = null!;

    public async Task InitializeAsync() => comet = await TopicComet.StartAsync();

    public async Task DisposeAsync() => await comet.DisposeAsync();

    [Theory]
    [InlineData("tcp", """{"op":"broadcast","msg":"bm90IDQyXzE=","except":["42_1"]}""")]
    [InlineData("ws", """{"op":"broadcast","msg":"bm90IDQyXzE=","except":["42_1"]}""")]
    [InlineData("tcp", """{"op":"broadcast_room","roomid":1,"msg":"bm90IDQyXzE=","ensure":true,"except":["7_7","42_1"]}""")]
    [InlineData("ws", """{"op":"broadcast_room","roomid":1,"msg":"bm90IDQyXzE=","except":["42_1"],"expires":9000000000000}""")]
    public async Task A_message_is_for_all_but_those_that_are_left_out(string scheme, string record)
    {
        using var leftOut = await comet.ConnectAsync(scheme, "42");
        using var sameUser = await comet.ConnectAsync(scheme, "42");
        using var other = await comet.ConnectAsync(scheme, "43");

        await comet.WriteAsync(record);
        await comet.WriteToAllAsync("all");

        await sameUser.ExpectAsync("not 42_1");
        await other.ExpectAsync("not 42_1");
        foreach (var client in new[] { leftOut, sameUser, other })
        {
            await client.ExpectAsync("all");
        }
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task A_message_that_has_expired_is_dropped_and_counted(string scheme)
    {
        using var client = await comet.ConnectAsync(scheme, "42");

        await comet.WriteAsync("""{"op":"broadcast","msg":"b2xk","expires":1000}""");
        await comet.WriteAsync("""{"op":"broadcast_room","roomid":1,"msg":"b2xk","expires":1000}""");
        await comet.WriteAsync("""{"op":"multiple","server":3,"subkeys":["42_1"],"msg":"b2xk","expires":1000}""");
        await comet.WriteAsync("""{"op":"multiple","server":3,"subkeys":["42_1"],"msg":"bmV3","expires":9000000000000}""");

        await client.ExpectAsync("new");
        await client.AnswersHeartbeatAsync();
        Assert.Equal(3, await comet.StatAsync("records", "expired"));
    }
}
