using Confluent.Kafka;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Rooms;

/// <summary>A step of a change fails: a repeat carries it to its end. Session 42_1 is in room 1 of server 3.</summary>
public sealed class ChangeFaultTests : IAsyncLifetime, IDisposable
{
    private const string Safe = "the change may not be finished, repeat the call, which is always safe.";
    private const string Change = """{"key":"42_1","roomId":7}""";
    private readonly Fault fault = new();
    private readonly EmbeddedBroker broker = new();
    private TestNode node = null!;
    private TestHost host = null!;

    public async Task InitializeAsync()
    {
        node = await Fault.StartNodeAsync(fault);
        host = await TestHost.StartAsync(
            TestBroker.On(broker), [], $"--Router:Nodes:1={node.Address}", "--KafkaDeliveryTimeout=00:00:01");
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3, RoomId = 1 });
        await host.GetAsync("/1/router/ping");
        fault.Calls.Clear();
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        await node.DisposeAsync();
    }

    public void Dispose() => broker.Dispose();

    [Fact]
    public async Task A_node_that_does_not_answer_the_first_step_has_changed_nothing_or_something()
    {
        fault.FailNext(3);

        (await host.PostAsync("/1/room/change", Change)).IsRefused($"router node 1 did not answer: {Safe}");

        Assert.Empty(host.Records());
        await RepeatAsync(records: 2);
    }

    [Fact]
    public async Task An_answer_to_the_first_step_that_is_lost_is_no_matter()
    {
        fault.LoseNext(1);

        await RepeatAsync(records: 2);
        Assert.Equal(["MChangeRoom", "MChangeRoom", "MChangeRoom"], fault.Calls.Take(3));
    }

    [Fact]
    public async Task A_node_that_does_not_answer_the_last_step_is_told_again()
    {
        var calls = 0;
        fault.Refuses = method => method == "MChangeRoom" && Interlocked.Increment(ref calls) is > 1 and < 5;

        (await host.PostAsync("/1/room/change", Change)).IsRefused($"router node 1 did not answer: {Safe}");

        Assert.Equal(2, host.Records().Count);
        await RepeatAsync(records: 4);
    }

    [Fact]
    public async Task A_node_that_is_down_is_named()
    {
        await node.DisposeAsync();

        (await host.PostAsync("/1/room/change", Change)).IsRefused("router node 1 did not answer: ");
        (await host.PostAsync("/1/room/changes", $$"""{"server":3,"changes":[{{Change}}]}""")).HasData(
            """{"changes":[{"error":"router node 1 did not answer: nothing was changed.","retry":true}]}""");
        (await host.GetAsync("/1/room/users?rid=1")).IsRefused("router node 1 did not answer: the users of the room are not known.");
        (await host.GetAsync("/1/count?type=room&rid=1")).IsRefused("router node 1 did not answer: the count would be short.");
        (await host.GetAsync("/1/count?type=total")).IsRefused("router node 1 did not answer: the count would be short.");
    }

    [Fact]
    public async Task Without_the_broker_the_change_waits_for_a_repeat()
    {
        await host.PostAsync("/1/push/all?ack=broker", "m");
        broker.SetDown();
        (await host.PostAsync("/1/room/change", Change)).IsRefused($"Kafka did not acknowledge it (Local_MsgTimedOut): {Safe}");
        broker.SetUp();

        // Nobody else changes it meanwhile.
        (await host.PostAsync("/1/room/change", """{"key":"42_1","roomId":8}""")).IsRefused("to room 7, is under way");
        await Eventually.UntilAsync(async () => (await host.PostAsync("/1/room/change", Change)).Ret() == 1);
        Assert.Equal([7], RoomReplay.RoomsOf(host.Records(), "42_1", 1));
    }

    [Fact]
    public async Task A_record_that_the_broker_refuses_fails_its_change_alone()
    {
        await node.Client.PutAsync(new PutArg { UserId = 43, Server = 3, RoomId = -1 });
        await host.PostAsync("/1/push/all?ack=broker", "m");
        broker.FailNext(BrokerFaults.Produce, ErrorCode.PolicyViolation);

        // The record of 43 waits behind that of 42, or goes to another partition: one of them is refused.
        var answer = await host.PostAsync(
            "/1/room/changes", """{"server":3,"changes":[{"key":"42_1","roomId":-1},{"key":"43_1","roomId":1}]}""");

        var changes = answer.GetProperty("data").GetProperty("changes").EnumerateArray().ToArray();
        var refused = changes.Where(change => change.TryGetProperty("error", out _)).ToArray();
        Assert.NotEmpty(refused);
        Assert.All(refused, change =>
        {
            Assert.Equal($"Kafka did not acknowledge it (PolicyViolation): {Safe}", change.GetProperty("error").GetString());
            Assert.True(change.GetProperty("retry").GetBoolean());
        });
    }

    [Fact]
    public async Task A_session_that_is_gone_in_the_middle_may_be_asked_for_again()
    {
        var calls = 0;
        fault.Refuses = method =>
        {
            if (method == "MChangeRoom" && Interlocked.Increment(ref calls) == 2)
            {
                // As a node in memory that is started again.
                node.Client.Del(new DelArg { UserId = 42, Seq = 1 });
            }

            return false;
        };

        (await host.PostAsync("/1/room/change", Change)).IsRefused($"the router node has forgotten session '42_1': {Safe}");

        (await host.PostAsync("/1/room/change", Change)).IsRefused("key is '42_1', which has no session");
        await node.PutAsync(42, 2, 3, 1);
        (await host.PostAsync("/1/room/change", """{"key":"42_2","roomId":7}""")).HasData("""{"roomId":7}""");
    }

    [Fact]
    public async Task A_change_goes_on_when_its_caller_has_left()
    {
        fault.Hold(1);
        using var leaving = new CancellationTokenSource();
        var left = host.Http.PostAsync("/1/room/change", new ByteArrayContent("""{"key":"42_1","roomId":7}"""u8.ToArray()), leaving.Token);
        await Eventually.UntilAsync(() => fault.Calls.Count == 1);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        fault.Release();

        await Eventually.UntilAsync(() => fault.Calls.Count == 2);
        await RepeatAsync(records: 2);
    }

    private static MChangeRoomArg Arg(int room, bool isSent = false) => new()
    {
        Changes = { new ChangeRoomArg { UserId = 42, Seq = 1, RoomId = room, IsSent = isSent } },
    };

    // The repeat succeeds, and nothing is left unfinished.
    private async Task RepeatAsync(int records)
    {
        (await host.PostAsync("/1/room/change", Change)).HasData("""{"roomId":7}""");
        Assert.Equal(records, host.Records().Count);
        Assert.Equal([7], RoomReplay.RoomsOf(host.Records(), "42_1", 1));
        Assert.Equal(7, (await node.Client.MChangeRoomAsync(Arg(9))).Changes[0].LeftRoomId);
    }
}
