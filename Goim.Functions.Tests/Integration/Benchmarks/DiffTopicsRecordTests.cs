using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Benchmarks;

/// <summary><c>diff-topics</c> on records that goim does not write.</summary>
public sealed class DiffTopicsRecordTests : IDisposable
{
    private readonly string goim = TestHost.NewTopic(), ours = TestHost.NewTopic();
    private readonly TopicProducer toGoim, toOurs;

    public DiffTopicsRecordTests() =>
        (toGoim, toOurs) = (new TopicProducer(TestHost.Brokers, goim), new TopicProducer(TestHost.Brokers, ours));

    [Theory]
    [InlineData("\"except\":[\"42_1\"]", "\"except\":[\"42_9\"]", "\"except\":[\"43_1\"]")]
    [InlineData("\"expires\":1790000000000", "\"expires\":1790000000001", "\"except\":[\"42_1\"]")]
    public async Task A_message_that_not_all_get_or_that_expires_is_another_one(string member, string same, string other)
    {
        await toGoim.WriteAsync("""{"op":"broadcast_room","roomid":7,"msg":"aGk="}""");
        await toGoim.WriteAsync($$"""{"op":"broadcast","msg":"aGk=",{{member}}}""");
        await toOurs.WriteAsync($$"""{"op":"broadcast_room","roomid":7,"msg":"aGk=",{{member}}}""");
        await toOurs.WriteAsync($$"""{"op":"broadcast","msg":"aGk=",{{same}}}""");
        await toOurs.WriteAsync($$"""{"op":"broadcast","msg":"aGk=",{{other}}}""");

        var different = await DiffTopicsTests.DiffAsync(goim, ours);

        Assert.Equal((1, (1, 1, 1, 1)), (different.Code, DiffTopicsTests.Deliveries(different.Output, "broadcast_room")));
        Assert.Equal((1, 2, 0, 1), DiffTopicsTests.Deliveries(different.Output, "broadcast"));
    }

    [Fact]
    public async Task Records_that_tell_comets_something_are_another_op()
    {
        await toOurs.WriteAsync("""{"op":"kick","server":3,"subkeys":["42_1"],"msg":"Ynll"}""");
        await toOurs.WriteAsync("""{"op":"leave_room","server":3,"subkeys":["42_1"],"roomid":1}""");
        await toOurs.WriteAsync("""{"op":"join_room","server":3,"subkeys":["42_1"],"roomid":7}""");

        var same = await DiffTopicsTests.DiffAsync(goim, ours);

        Assert.Equal((0, ""), (same.Code, same.Error));
        Assert.Matches("(?m)^other op +0 +3$", same.Output);
        Assert.Matches("(?m)^unreadable +0 +0$", same.Output);
    }

    public void Dispose()
    {
        toGoim.Dispose();
        toOurs.Dispose();
    }
}
