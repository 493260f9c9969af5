using CsCheck;
using Goim.Router;
using Goim.Router.Memory;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Operation = Goim.Functions.Tests.Unit.Router.SessionOperation;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>Long runs of random operations on sessions in memory and on plain dictionaries: after each, every answer is the same.</summary>
public sealed class MemorySessionsTests
{
    private const int Runs = 100, ExpiryMs = 2_000;

    private static readonly Gen<Operation> AnyOperation =
        from kind in Gen.Frequency(
            (12, "put"),
            (6, "put-id"),
            (6, "restore"),
            (10, "del"),
            (2, "del-id"),
            (1, "delserver"),
            (8, "room"),
            (4, "sent"),
            (2, "users"),
            (2, "advance"),
            (1, "expire"),
            (2, "get"),
            (1, "page"))
        from user in Gen.OneOf(Gen.Long[-20, 20], Gen.OneOf(long.MaxValue, long.MinValue + 1, 1L << 40))
        from seq in Gen.Frequency((20, Gen.Int[1, 9]), (1, Gen.Int[int.MaxValue - 2, int.MaxValue]))
        from server in Gen.Int[-1, 3]
        from room in Gen.Int[-1, 4]
        from request in Gen.Int[1, 3]
        from age in Gen.Int[-1_500, 1_500].Select(ms => ms < 0 ? (int?)null : ms)
        from ms in Gen.Frequency((8, Gen.Int[0, 1_500]), (1, Gen.Int[29_999, 30_001]))
        select new Operation(kind, user, seq, server, room, request, age, ms);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 4)]
    public async Task Sessions_in_memory_are_as_in_dictionaries(int buckets, int maxSessions) => await AnyOperation.Array[1, 1_500]
        .SampleAsync(
            async operations =>
            {
                var time = new FakeTimeProvider();
                var options = new RouterNodeOptions
                {
                    Buckets = buckets,
                    MaxSessionsPerUser = maxSessions,
                    SessionExpiry = TimeSpan.FromMilliseconds(ExpiryMs),
                };
                var sessions = new MemorySessions(Options.Create(options), time);
                var model = new SessionsModel(maxSessions, ExpiryMs, buckets);
                foreach (var operation in operations)
                {
                    Assert.Equal(model.Do(operation), await DoAsync(sessions, time, operation));
                }

                Assert.Equal(model.Counts(), await CountsAsync(sessions));
            },
            iter: Runs,
            threads: 1);

    private static async Task<string> DoAsync(MemorySessions sessions, FakeTimeProvider time, Operation operation)
    {
        switch (operation.Kind)
        {
            case "put" or "put-id" or "restore":
                return $"{await sessions.PutAsync(operation.PutArg)}";
            case "del":
                return $"{await sessions.DelAsync(operation.User, operation.Seq, operation.AgeMs)}";
            case "del-id":
                return $"{await sessions.DelRequestAsync(operation.User, operation.RequestId)}";
            case "delserver":
                var age = TimeSpan.FromMilliseconds(operation.AgeMs ?? 0);
                await sessions.DelServerAsync(operation.Server, age, () => ValueTask.CompletedTask, CancellationToken.None);
                return "";
            case "room" or "sent":
                return $"{await sessions.ChangeRoomAsync(operation.ChangeRoomArg)}";
            case "users":
                return await operation.UsersAsync(
                    after => sessions.RoomUsersAsync(operation.Room, after, operation.Limit, CancellationToken.None).AsTask());
            case "advance":
                time.Advance(TimeSpan.FromMilliseconds(operation.Ms));
                return "";
            case "expire":
                sessions.Expire();
                return "";
            case "page":
                return string.Join(' ', await sessions.UsersAsync(operation.User, operation.Seq));
            default:
                var found = await sessions.GetAsync(operation.User);
                return $"{string.Join(' ', found.Seqs.Zip(found.Servers))} {await sessions.UserCountAsync(operation.User)}";
        }
    }

    private static async Task<string> CountsAsync(MemorySessions sessions)
    {
        var (rooms, servers) = (new Dictionary<int, int>(), new Dictionary<int, int>());
        await sessions.AddRoomCountsAsync(rooms, CancellationToken.None);
        await sessions.AddServerCountsAsync(servers, CancellationToken.None);
        var count = await sessions.StoreCountAsync();
        Assert.Equal(count.Sessions, await sessions.CountAsync());
        return SessionsModel.Text(rooms, servers, (count.Sessions, count.Users), await sessions.AllUsersAsync());
    }
}
