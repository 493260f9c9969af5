using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Google.Protobuf;
using Grpc.Core;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>Puts with a request id, which may be repeated, and deletions by it.</summary>
public abstract class RequestIdTests : StoreTests
{
    private static readonly ByteString First = ByteString.CopyFrom([.. Enumerable.Repeat((byte)1, 16)]);
    private static readonly ByteString Second = ByteString.CopyFrom([.. Enumerable.Repeat((byte)2, 16)]);

    [StoreFact]
    public async Task A_put_that_is_repeated_gets_the_same_seq_and_makes_one_session()
    {
        Assert.Equal(1, await PutAsync(42, First));
        Assert.Equal(1, await PutAsync(42, First));
        Assert.Equal(2, await PutAsync(42, Second));
        Assert.Equal(1, await PutAsync(43, First));

        Assert.Equal("1@3 2@3", await SessionsAsync(42));
        Assert.Equal("3:3", Text((await Router.AllServerCountAsync(new NoArg())).Counter));
    }

    [StoreFact]
    public async Task Concurrent_repeats_make_one_session()
    {
        var seqs = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PutAsync(42, First)));

        Assert.Equal([1], seqs.Distinct());
        Assert.Equal("1@3", await SessionsAsync(42));
    }

    [StoreFact]
    public async Task A_put_that_comes_again_after_its_session_was_deleted_is_refused()
    {
        await PutAsync(42, First);
        await Router.DelAsync(new DelArg { UserId = 42, Seq = 1 });
        await PutAsync(42, Second);
        await Router.DelServerAsync(new DelServerArg { Server = 3 });

        await AssertRefusedAsync(StatusCode.Aborted, () => PutAsync(42, First));
        await AssertRefusedAsync(StatusCode.Aborted, () => PutAsync(42, Second));
        Assert.Equal("", await SessionsAsync(42));
    }

    [StoreFact]
    public async Task A_put_with_the_id_of_another_servers_session_is_refused()
    {
        await PutAsync(42, First);

        await AssertRefusedAsync(
            StatusCode.Aborted,
            async () => await Router.PutAsync(new PutArg { UserId = 42, Server = 5, RoomId = NoRoom, RequestId = First }));
        Assert.Equal("1@3", await SessionsAsync(42));
    }

    // A user who changes nodes gets a number above those of the other node, and after the highest a free one from 1 on.
    [StoreFact]
    public async Task A_put_gets_a_number_above_the_one_that_it_names()
    {
        Assert.Equal(101, await PutAboveAsync(42, 100));
        Assert.Equal(102, await PutAboveAsync(42, 50));
        Assert.Equal(1, await PutAboveAsync(42, int.MaxValue));
        Assert.Equal(2, await PutAboveAsync(42, 0));
        Assert.Equal(1, await PutAboveAsync(43, int.MaxValue));
        await AssertRefusedAsync(StatusCode.InvalidArgument, () => PutAboveAsync(43, -1));
    }

    [StoreFact]
    public async Task A_put_is_deleted_by_its_id_and_then_refused()
    {
        await PutAsync(42, First);
        await PutAsync(42, Second);

        Assert.True(await DelAsync(42, First));
        Assert.False(await DelAsync(42, First));

        Assert.Equal("2@3", await SessionsAsync(42));
        await AssertRefusedAsync(StatusCode.Aborted, () => PutAsync(42, First));
        Assert.Equal("2@3", await SessionsAsync(42));
    }

    [StoreFact]
    public async Task A_put_that_comes_after_its_deletion_is_refused()
    {
        Assert.False(await DelAsync(42, First));

        await AssertRefusedAsync(StatusCode.Aborted, () => PutAsync(42, First));
        Assert.Equal(1, await PutAsync(43, First));
        Assert.Equal("", await SessionsAsync(42));
    }

    [StoreFact]
    public async Task A_deletion_by_id_finds_a_put_that_had_a_seq()
    {
        await Router.PutAsync(new PutArg { UserId = 42, Server = 3, Seq = 700, RequestId = First });

        Assert.Equal(700, await PutAsync(42, First));
        Assert.True(await DelAsync(42, First));
        Assert.Equal("", await SessionsAsync(42));
    }

    [StoreFact]
    public async Task Many_puts_tell_which_are_refused()
    {
        await DelAsync(42, First);

        var reply = await Router.MPutAsync(new MPutArg
        {
            Puts =
            {
                new PutArg { UserId = 42, Server = 3, RequestId = First },
                new PutArg { UserId = 42, Server = 3, RequestId = Second },
            },
        });

        Assert.Equal([0, 1], reply.Seqs);
    }

    [StoreFact]
    public async Task A_request_id_of_another_length_is_refused()
    {
        var wrong = ByteString.CopyFrom(1, 2, 3);

        Assert.Equal(
            "request_id has 3 bytes: expected 16.", await AssertRefusedAsync(StatusCode.InvalidArgument, () => PutAsync(42, wrong)));
        await AssertRefusedAsync(StatusCode.InvalidArgument, () => DelAsync(42, wrong));
    }

    private async Task<int> PutAsync(long user, ByteString requestId) =>
        (await Router.PutAsync(new PutArg { UserId = user, Server = 3, RoomId = NoRoom, RequestId = requestId })).Seq;

    private async Task<int> PutAboveAsync(long user, int seq) =>
        (await Router.PutAsync(new PutArg { UserId = user, Server = 3, RoomId = NoRoom, MinSeq = seq })).Seq;

    private async Task<bool> DelAsync(long user, ByteString requestId) =>
        (await Router.DelAsync(new DelArg { UserId = user, RequestId = requestId })).Has;

    private static async Task<string> AssertRefusedAsync<T>(StatusCode expected, Func<Task<T>> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(expected, refused.StatusCode);
        return refused.Status.Detail;
    }
}

public sealed class MemoryRequestIdTests : RequestIdTests
{
    protected override string Store => "memory";

    private protected override Task<TestNode> StartAsync() => TestNode.StartAsync();
}

public sealed class RedisRequestIdTests(RedisFixture redis) : RequestIdTests, IClassFixture<RedisFixture>
{
    protected override string Store => "redis";

    private protected override Task<TestNode> StartAsync() => StartAsync(redis);
}
