using CsCheck;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Unit.Router;
using Goim.Protocol;
using Goim.Router;
using Grpc.Core;
using Operation = Goim.Functions.Tests.Unit.Router.SessionOperation;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>Random operations on both stores and on plain dictionaries: every answer and every count is the same.</summary>
public sealed class ModelTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int Runs = 60, MaxSessions = 4, Buckets = 3, HourMs = 3_600_000;

    private static readonly Gen<Operation> AnyOperation =
        from kind in Gen.Frequency(
            (6, "put"),
            (3, "put-id"),
            (3, "restore"),
            (4, "del"),
            (1, "del-id"),
            (1, "delserver"),
            (5, "room"),
            (2, "sent"),
            (2, "users"),
            (1, "heartbeat"),
            (2, "get"))
        from user in Gen.OneOf(Gen.Long[-3, 3], Gen.OneOf(long.MaxValue, long.MinValue + 1))
        from seq in Gen.Frequency((20, Gen.Int[1, 6]), (1, Gen.Const(int.MaxValue)))
        from server in Gen.Int[-1, 3]
        from room in Gen.Int[-1, 2]
        from request in Gen.Int[1, 3]
        from age in Gen.Int[0, 4].Select(i => i < 2 ? (int?)null : i < 4 ? 0 : HourMs)
        select new Operation(kind, user, seq, server, room, request, age, 0);

    [RedisFact]
    public async Task Both_stores_answer_as_dictionaries_do()
    {
        string[] settings = [$"--RouterNode:MaxSessionsPerUser={MaxSessions}", $"--RouterNode:Buckets={Buckets}"];
        await using var shared = await TestNode.StartAsync(
            null, ["--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}", .. settings]);
        await AnyOperation.Array[1, 60].SampleAsync(
            async operations =>
            {
                await redis.Server.FlushAsync();
                await using var fresh = await TestNode.StartAsync(null, settings);
                var model = new SessionsModel(MaxSessions, HourMs, Buckets);
                var (freshEpochs, sharedEpochs) = (new Dictionary<int, string>(), new Dictionary<int, string>());
                foreach (var operation in operations)
                {
                    var expected = model.Do(operation);
                    Assert.Equal(expected, await DoAsync(fresh, operation, freshEpochs));
                    Assert.Equal(expected, await DoAsync(shared, operation, sharedEpochs));
                }

                Assert.Equal(model.Counts(), await CountsAsync(fresh));
                Assert.Equal(model.Counts(), await CountsAsync(shared));
            },
            iter: Runs,
            threads: 1);
    }

    private static async Task<string> DoAsync(TestNode node, Operation operation, Dictionary<int, string> epochs)
    {
        var router = node.Client;
        switch (operation.Kind)
        {
            case "put" or "put-id" or "restore":
                return $"{await PutAsync(router, operation.PutArg)}";
            case "del":
                var del = new DelArg { UserId = operation.User, Seq = operation.Seq };
                if (operation.AgeMs is { } age)
                {
                    del.AgeMs = age;
                }

                return $"{(await router.DelAsync(del)).Has}";
            case "del-id":
                return $"{(await router.DelAsync(new DelArg { UserId = operation.User, RequestId = operation.RequestId })).Has}";
            case "delserver":
                await router.DelServerAsync(new DelServerArg { Server = operation.Server, AgeMs = operation.AgeMs ?? 0 });
                return "";
            case "room" or "sent":
                var changes = new MChangeRoomArg { Changes = { operation.ChangeRoomArg } };
                var changed = (await router.MChangeRoomAsync(changes)).Changes.Single();
                Assert.InRange(changed.UnfinishedMs, 0, HourMs);
                changed.UnfinishedMs = 0;
                return $"{changed}";
            case "users":
                var packed = new PackedRouterRPC.PackedRouterRPCClient(node.Channel);
                return await operation.UsersAsync(after => packed.RoomUsersAsync(PageArg(operation, after)).ResponseAsync);
            case "heartbeat":
                var epoch = (await router.HeartbeatAsync(new HeartbeatArg { Server = operation.Server })).Epoch;
                var isSame = epochs.TryGetValue(operation.Server, out var last) && last == epoch;
                epochs[operation.Server] = epoch;
                return isSame ? "same epoch" : "new epoch";
            default:
                var found = (await router.MGetAsync(new MGetArg { UserIds = { operation.User } })).Sessions[0];
                var count = (await router.UserCountAsync(new UserCountArg { UserId = operation.User })).Count;
                return $"{string.Join(' ', found.Seqs.Zip(found.Servers))} {count}";
        }
    }

    private static RoomUsersArg PageArg(Operation operation, long? after)
    {
        var arg = new RoomUsersArg { RoomId = operation.Room, Limit = operation.Limit };
        if (after is { } user)
        {
            arg.AfterUserId = user;
        }

        return arg;
    }

    private static async Task<PutResult> PutAsync(RouterRPC.RouterRPCClient router, PutArg put)
    {
        try
        {
            return (await router.PutAsync(put)).Seq;
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.ResourceExhausted)
        {
            return PutRefusal.TooManySessions;
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.Aborted)
        {
            return PutRefusal.RequestDeleted;
        }
    }

    private static async Task<string> CountsAsync(TestNode node)
    {
        var router = node.Client;
        var users = new List<long>();
        using var all = router.GetAll(new GetAllArg { AfterUserId = long.MinValue });
        while (await all.ResponseStream.MoveNext(CancellationToken.None))
        {
            users.AddRange(all.ResponseStream.Current.UserIds);
        }

        var rooms = (await router.AllRoomCountAsync(new NoArg())).Counter;
        var servers = (await router.AllServerCountAsync(new NoArg())).Counter;
        var total = await new PackedRouterRPC.PackedRouterRPCClient(node.Channel).TotalsAsync(new NoArg());
        Assert.Equal(total.Sessions, (await router.CountAsync(new NoArg())).Count);
        return SessionsModel.Text(rooms, servers, (total.Sessions, total.Users), users);
    }
}
