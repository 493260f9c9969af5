using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Google.Protobuf;
using Grpc.Core;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>MPut of new sessions, and MDel, at a node with at most two sessions a user.</summary>
public abstract class BatchCallTests : StoreTests
{
    private protected const string TwoSessions = "--RouterNode:MaxSessionsPerUser=2";

    [StoreFact]
    public async Task MPut_says_why_it_refuses_a_put_and_carries_out_the_others()
    {
        var (used, other) = (NewId(), NewId());
        await Router.PutAsync(new PutArg { UserId = 42, Server = 3, RequestId = used });
        await Router.DelAsync(new DelArg { UserId = 42, RequestId = used });
        await PutAsync(43, 3);

        var reply = await Router.MPutAsync(new MPutArg
        {
            Puts =
            {
                new PutArg { UserId = 42, Server = 3, RequestId = used },
                new PutArg { UserId = 43, Server = 3, RequestId = other },
                new PutArg { UserId = 43, Server = 3 },
                new PutArg { UserId = 44, Server = 3 },
            },
        });

        Assert.Equal([0, 2, 0, 1], reply.Seqs);
        Assert.Equal([PutRefusal.RequestDeleted, PutRefusal.None, PutRefusal.TooManySessions, PutRefusal.None], reply.Refusals);
        Assert.Equal(2, reply.MaxSessions);
    }

    [StoreFact]
    public async Task MPut_without_a_refusal_has_no_reasons()
    {
        var reply = await Router.MPutAsync(new MPutArg { Puts = { new PutArg { UserId = 42, Server = 3 } } });

        Assert.Equal([1], reply.Seqs);
        Assert.Empty(reply.Refusals);
        Assert.Equal(0, reply.MaxSessions);
    }

    [StoreFact]
    public async Task MDel_deletes_as_many_Dels_would_and_answers_in_their_order()
    {
        var (id, later) = (NewId(), NewId());
        await PutAsync(42, 3, room: 1);
        await PutAsync(43, 3, room: 1);
        await Router.PutAsync(new PutArg { UserId = 44, Server = 3, RoomId = 2, RequestId = id });

        var reply = await Router.MDelAsync(new MDelArg
        {
            Dels =
            {
                new DelArg { UserId = 42, Seq = 1 },
                new DelArg { UserId = 42, Seq = 1 },
                new DelArg { UserId = 43, Seq = 1, AgeMs = 3_600_000 },
                new DelArg { UserId = 43, Seq = 1, StoreId = "another" },
                new DelArg { UserId = 44, RequestId = id },
                new DelArg { UserId = 44, RequestId = later },
            },
        });

        Assert.Equal([true, false, false, false, true, false], reply.Has);
        Assert.Equal("1:1", Text((await Router.AllRoomCountAsync(new NoArg())).Counter));
        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await Router.PutAsync(new PutArg { UserId = 44, Server = 3, RequestId = later }));
        Assert.Equal(StatusCode.Aborted, refused.StatusCode);
    }

    [StoreFact]
    public async Task MDel_takes_ten_thousand_deletions_and_no_more()
    {
        static MDelArg Dels(int count) => new()
        {
            Dels = { Enumerable.Range(1, count).Select(user => new DelArg { UserId = user, Seq = 1, AgeMs = 0 }) },
        };
        await PutAsync(1, 3);

        await RefusesAsync(Dels(10_001), "dels has 10001 entries: expected 10000 at most.");
        Assert.Equal("1@3", await SessionsAsync(1));

        var has = (await Router.MDelAsync(Dels(10_000))).Has;
        Assert.Equal((10_000, 1, true), (has.Count, has.Count(each => each), has[0]));
    }

    [StoreFact]
    public async Task Nothing_of_an_MDel_is_deleted_if_one_deletion_is_not_valid()
    {
        await PutAsync(42, 3);

        await RefusesAsync(
            new MDelArg { Dels = { new DelArg { UserId = 42, Seq = 1 }, new DelArg { UserId = 42, RequestId = ByteString.CopyFrom(1) } } },
            "request_id has 1 bytes: expected 16.");

        Assert.Equal("1@3", await SessionsAsync(42));
    }

    private async Task RefusesAsync(MDelArg arg, string detail)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await Router.MDelAsync(arg));
        Assert.Equal((StatusCode.InvalidArgument, detail), (refused.StatusCode, refused.Status.Detail));
    }

    private static ByteString NewId() => ByteString.CopyFrom(Guid.NewGuid().ToByteArray());
}

public sealed class MemoryBatchCallTests : BatchCallTests
{
    protected override string Store => "memory";

    private protected override Task<TestNode> StartAsync() => TestNode.StartAsync(null, TwoSessions);
}

public sealed class RedisBatchCallTests(RedisFixture redis) : BatchCallTests, IClassFixture<RedisFixture>
{
    protected override string Store => "redis";

    private protected override async Task<TestNode> StartAsync()
    {
        await redis.Server.FlushAsync();
        return await TestNode.StartAsync(
            null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}", TwoSessions);
    }
}
