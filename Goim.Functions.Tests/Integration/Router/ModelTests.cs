using CsCheck;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>Random operations on both stores and on a plain dictionary: every answer and every count is the same.</summary>
public sealed class ModelTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int Runs = 60;

    private static readonly Gen<Operation> AnyOperation =
        from kind in Gen.Frequency((6, "put"), (2, "restore"), (4, "del"), (1, "delserver"), (2, "get"))
        from user in Gen.OneOf(Gen.Long[-3, 3], Gen.OneOf(long.MaxValue, long.MinValue + 1))
        from seq in Gen.Int[1, 6]
        from server in Gen.Int[-1, 3]
        from room in Gen.Int[-1, 2]
        select new Operation(kind, user, seq, server, room);

    [RedisFact]
    public async Task Both_stores_answer_as_a_dictionary_does()
    {
        await using var shared = await TestNode.StartAsync(null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}");
        await AnyOperation.Array[1, 60].SampleAsync(
            async operations =>
            {
                await redis.Server.FlushAsync();
                await using var fresh = await TestNode.StartAsync();
                var model = new Model();
                foreach (var operation in operations)
                {
                    var expected = model.Do(operation);
                    Assert.Equal(expected, await DoAsync(fresh.Client, operation));
                    Assert.Equal(expected, await DoAsync(shared.Client, operation));
                }

                Assert.Equal(model.Counts(), await CountsAsync(fresh.Client));
                Assert.Equal(model.Counts(), await CountsAsync(shared.Client));
            },
            iter: Runs,
            threads: 1);
    }

    private static async Task<string> DoAsync(RouterRPC.RouterRPCClient router, Operation operation)
    {
        switch (operation.Kind)
        {
            case "put" or "restore":
                var put = new PutArg
                {
                    UserId = operation.User,
                    Server = operation.Server,
                    RoomId = operation.Room,
                    Seq = operation.Kind == "put" ? 0 : operation.Seq,
                };
                return $"{(await router.PutAsync(put)).Seq}";
            case "del":
                return $"{(await router.DelAsync(new DelArg { UserId = operation.User, Seq = operation.Seq })).Has}";
            case "delserver":
                await router.DelServerAsync(new DelServerArg { Server = operation.Server });
                return "";
            default:
                var found = (await router.MGetAsync(new MGetArg { UserIds = { operation.User } })).Sessions[0];
                var count = (await router.UserCountAsync(new UserCountArg { UserId = operation.User })).Count;
                return $"{string.Join(' ', found.Seqs.Zip(found.Servers))} {count}";
        }
    }

    private static async Task<string> CountsAsync(RouterRPC.RouterRPCClient router)
    {
        var users = new List<long>();
        using var all = router.GetAll(new GetAllArg { AfterUserId = long.MinValue });
        while (await all.ResponseStream.MoveNext(CancellationToken.None))
        {
            users.AddRange(all.ResponseStream.Current.UserIds);
        }

        var rooms = (await router.AllRoomCountAsync(new NoArg())).Counter;
        var servers = (await router.AllServerCountAsync(new NoArg())).Counter;
        return Text(rooms, servers, (await router.CountAsync(new NoArg())).Count, users);
    }

    private static string Text(IDictionary<int, int> rooms, IDictionary<int, int> servers, int count, IEnumerable<long> users) =>
        $"{Text(rooms)} / {Text(servers)} / {count} / {string.Join(' ', users)}";

    private static string Text(IDictionary<int, int> counts) => string.Join(' ', counts.OrderBy(count => count.Key));

    private sealed record Operation(string Kind, long User, int Seq, int Server, int Room);

    /// <summary>What a router node must do, in plain dictionaries.</summary>
    private sealed class Model
    {
        private readonly SortedDictionary<long, SortedDictionary<int, (int Server, int Room)>> users = [];
        private readonly Dictionary<long, int> highest = [];

        public string Do(Operation operation)
        {
            var sessions = users.GetValueOrDefault(operation.User) ?? (users[operation.User] = []);
            switch (operation.Kind)
            {
                case "put" or "restore":
                    var seq = operation.Kind == "put" ? highest.GetValueOrDefault(operation.User) + 1 : operation.Seq;
                    highest[operation.User] = Math.Max(highest.GetValueOrDefault(operation.User), seq);
                    sessions[seq] = (operation.Server, operation.Room);
                    return $"{seq}";
                case "del":
                    return $"{sessions.Remove(operation.Seq)}";
                case "delserver":
                    foreach (var each in users.Values)
                    {
                        var gone = each.Where(session => session.Value.Server == operation.Server).ToList();
                        foreach (var (number, _) in gone)
                        {
                            each.Remove(number);
                        }
                    }

                    return "";
                default:
                    return $"{string.Join(' ', sessions.Select(session => (session.Key, session.Value.Server)))} {sessions.Count}";
            }
        }

        public string Counts()
        {
            var all = users.Values.SelectMany(sessions => sessions.Values).ToList();
            return Text(
                all.GroupBy(session => session.Room).ToDictionary(group => group.Key, group => group.Count()),
                all.GroupBy(session => session.Server).ToDictionary(group => group.Key, group => group.Count()),
                all.Count,
                users.Where(user => user.Value.Count > 0).Select(user => user.Key));
        }
    }
}
