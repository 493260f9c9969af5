using CsCheck;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Functions.Tests.Faults.Fuzz;

/// <summary>Whatever is sent to a router node, its answer is one of the protocol, and it logs no error.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class RouterFuzzTests
{
    private const int Calls = 5_000, AtOnce = 8;

    // OK, InvalidArgument, ResourceExhausted, FailedPrecondition, Aborted, Unimplemented.
    private static readonly int[] Known = [0, 3, 8, 9, 10, 12];

    private static readonly ByteString Id = ByteString.CopyFrom(new byte[16]);

    // The health of a node too. Its Watch does not end.
    private static readonly (string Method, IMessage Message)[] Methods =
    [
        ("goim.router.RouterRPC/Ping", new NoArg()),
        ("goim.router.RouterRPC/Put", new PutArg { UserId = 1, Server = 3, RoomId = 7, Seq = 1, RequestId = Id, MinSeq = 1 }),
        ("goim.router.RouterRPC/MPut", new MPutArg { Puts = { new PutArg { UserId = 1, Server = 3 }, new PutArg { UserId = -1 } } }),
        ("goim.router.RouterRPC/Del", new DelArg { UserId = 1, Seq = 1, AgeMs = 1, BeforeUnixMs = 1, StoreId = "0123" }),
        ("goim.router.RouterRPC/Del", new DelArg { UserId = 1, RequestId = Id }),
        ("goim.router.RouterRPC/MDel", new MDelArg { Dels = { new DelArg { UserId = 1, Seq = 1 }, new DelArg { RequestId = Id } } }),
        ("goim.router.RouterRPC/DelServer", new DelServerArg { Server = 3, AgeMs = 1, StoreId = "0123" }),
        ("goim.router.RouterRPC/Get", new GetArg { UserId = 1 }),
        ("goim.router.RouterRPC/MGet", new MGetArg { UserIds = { 1, 2, 2 } }),
        ("goim.router.RouterRPC/GetAll", new GetAllArg { AfterUserId = -1, Limit = 10 }),
        ("goim.router.RouterRPC/AllRoomCount", new NoArg()),
        ("goim.router.RouterRPC/AllServerCount", new NoArg()),
        ("goim.router.RouterRPC/RoomCount", new RoomCountArg { RoomId = 7 }),
        ("goim.router.RouterRPC/UserCount", new UserCountArg { UserId = 1 }),
        ("goim.router.RouterRPC/Count", new NoArg()),
        ("goim.router.RouterRPC/Heartbeat", new HeartbeatArg { Server = 3 }),
        ("goim.router.PackedRouterRPC/MGet", new PackedMGetArg { UserIds = { 1, 2, 2 }, AllowUnknown = true }),
        (
            "goim.router.RouterRPC/MChangeRoom",
            new MChangeRoomArg { Changes = { new ChangeRoomArg { UserId = 1, Seq = 1 }, new ChangeRoomArg { IsSent = true } } }),
        ("goim.router.PackedRouterRPC/RoomUsers", new RoomUsersArg { RoomId = 7, AfterUserId = -1, Limit = 10 }),
        ("goim.router.PackedRouterRPC/Totals", new NoArg()),
        ("grpc.health.v1.Health/Check", new Grpc.Health.V1.HealthCheckRequest()),
        ("goim.router.RouterRPC/Nothing", new NoArg()),
        ("Nothing/Nothing", new NoArg()),
    ];

    private static readonly Gen<(string Method, byte[] Body)> AnyCall =
        from method in Gen.Int[0, Methods.Length - 1].Select(i => Methods[i])
        let message = method.Message.ToByteArray()
        from changed in Gen.Frequency(
            (2, Gen.Const(message)),
            (6, Gen.Select(Gen.Int[0, 100], Gen.Byte).Array[1, 4].Select(changes => Mutated(message, changes))),
            (3, Gen.Int[0, 60].Select(length => message[..Math.Min(length, message.Length)])),
            (2, Gen.Byte.Array[0, 300]))
        let frame = RawGrpc.Frame(changed)
        from body in Gen.Frequency(
            (12, Gen.Const(frame)),
            (1, Gen.Int[0, 60].Select(length => frame[..Math.Min(length, frame.Length)])),
            (1, Gen.Select(Gen.Int[0, 4], Gen.Byte).Array[1, 2].Select(changes => Mutated(frame, changes))),
            (1, Gen.Const((byte[])[.. frame, .. frame])),
            (1, Gen.Byte.Array[0, 300]))
        select (method.Method, body);

    [Fact]
    public Task Every_call_is_answered_and_none_is_an_error_of_the_node() => RunAsync();

    [RedisFact]
    public async Task Over_Redis_too()
    {
        await using var redis = await RedisServer.StartAsync();
        await RunAsync("--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Setting}");
    }

    private static async Task RunAsync(params string[] settings)
    {
        using var log = new LogLines();
        await using var node = await TestNode.StartAsync(log.AddTo, settings);
        using var raw = new RawGrpc(node.Address);

        await AnyCall.SampleAsync(
            async call =>
            {
                var (status, detail) = await raw.SendAsync(call.Method, call.Body);
                Assert.Contains(status, Known);
                Assert.DoesNotContain("   at ", detail, StringComparison.Ordinal);
                Assert.DoesNotContain("Exception", detail, StringComparison.Ordinal);
            },
            iter: Calls,
            threads: AtOnce,
            print: call => $"{call.Method} {Convert.ToHexString(call.Body)}");

        Assert.Equal(0, log.Count("Error: ") + log.Count("Critical: "));
        Assert.True((await node.Client.PutAsync(new PutArg { UserId = 1L << 60, Server = 3 })).Seq > 0);
    }

    private static byte[] Mutated(byte[] bytes, (int At, byte Value)[] changes)
    {
        var mutated = bytes.ToArray();
        foreach (var (at, value) in mutated.Length == 0 ? [] : changes)
        {
            mutated[at % mutated.Length] = value;
        }

        return mutated;
    }
}
