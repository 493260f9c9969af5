using CsCheck;
using Goim.Protocol;
using Goim.Router;
using Goim.Router.Memory;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>Long runs of random operations on sessions in memory and on plain dictionaries: after each, every answer is the same.</summary>
public sealed class MemorySessionsTests
{
    private const int Runs = 30, ExpiryMs = 2_000;

    private static readonly Gen<Operation> AnyOperation =
        from kind in Gen.Frequency(
            (12, "put"), (4, "restore"), (10, "del"), (1, "delserver"), (2, "advance"), (1, "expire"), (2, "get"), (1, "page"))
        from user in Gen.OneOf(Gen.Long[-40, 40], Gen.OneOf(long.MaxValue, long.MinValue + 1, 1L << 40))
        from seq in Gen.Frequency((50, Gen.Int[1, 9]), (1, Gen.Const(int.MaxValue)))
        from server in Gen.Int[-1, 3]
        from room in Gen.Int[-1, 4]
        from ms in Gen.Int[0, 1_500]
        select new Operation(kind, user, seq, server, room, ms);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Sessions_in_memory_are_as_in_dictionaries(int buckets) => await AnyOperation.Array[1, 1_500].SampleAsync(
        async operations =>
        {
            var time = new FakeTimeProvider();
            var options = new RouterNodeOptions { Buckets = buckets, SessionExpiry = TimeSpan.FromMilliseconds(ExpiryMs) };
            var sessions = new MemorySessions(Options.Create(options), time);
            var model = new Model();
            foreach (var operation in operations)
            {
                Assert.Equal(model.Do(operation), await DoAsync(sessions, time, model.Now, operation));
            }

            Assert.Equal(model.Counts(), await CountsAsync(sessions));
        },
        iter: Runs,
        threads: 1);

    private static async Task<string> DoAsync(MemorySessions sessions, FakeTimeProvider time, long modelNow, Operation operation)
    {
        // The model counts from 1,000,000.
        var fence = operation.Fence(modelNow) is > 0 and var before ? before - modelNow + time.GetUtcNow().ToUnixTimeMilliseconds() : 0;
        switch (operation.Kind)
        {
            case "put" or "restore":
                return $"{await sessions.PutAsync(operation.Put())}";
            case "del":
                return $"{await sessions.DelAsync(operation.User, operation.Seq, fence)}";
            case "delserver":
                await sessions.DelServerAsync(operation.Server, fence, CancellationToken.None);
                return "";
            case "advance":
                time.Advance(TimeSpan.FromMilliseconds(operation.Ms));
                return "";
            case "expire":
                sessions.Expire();
                return "";
            case "page":
                var page = new List<long>();
                await foreach (var users in sessions.UsersAboveAsync(operation.User, operation.Seq, CancellationToken.None))
                {
                    page.AddRange(users);
                }

                return string.Join(' ', page);
            default:
                var found = await sessions.GetAsync(operation.User);
                return $"{string.Join(' ', found.Seqs.Zip(found.Servers))} {await sessions.UserCountAsync(operation.User)}";
        }
    }

    private static async Task<string> CountsAsync(MemorySessions sessions)
    {
        var (rooms, servers, users) = (new Dictionary<int, int>(), new Dictionary<int, int>(), new List<long>());
        await sessions.AddRoomCountsAsync(rooms);
        await sessions.AddServerCountsAsync(servers);
        await foreach (var some in sessions.UsersAboveAsync(long.MinValue, 0, CancellationToken.None))
        {
            users.AddRange(some);
        }

        return Text(rooms, servers, await sessions.CountAsync(), users);
    }

    private static string Text(IDictionary<int, int> rooms, IDictionary<int, int> servers, int count, IEnumerable<long> users) =>
        $"{Text(rooms)} / {Text(servers)} / {count} / {string.Join(' ', users)}";

    private static string Text(IDictionary<int, int> counts) => string.Join(' ', counts.OrderBy(count => count.Key));

    private sealed record Operation(string Kind, long User, int Seq, int Server, int Room, int Ms)
    {
        /// <summary>Half of the deletions have a fence, at some time in the last seconds.</summary>
        public long Fence(long now) => Ms % 2 == 0 ? 0 : now - Ms;

        public PutArg Put() => new() { UserId = User, Server = Server, RoomId = Room, Seq = Kind == "put" ? 0 : Seq };
    }

    private sealed class Model
    {
        private readonly SortedDictionary<long, User> users = [];

        public long Now { get; private set; } = 1_000_000;

        public string Do(Operation operation)
        {
            switch (operation.Kind)
            {
                case "put" or "restore":
                    return $"{Put(operation)}";
                case "del":
                    return $"{users.TryGetValue(operation.User, out var user) && Del(user, operation.Seq, operation)}";
                case "delserver":
                    foreach (var each in users.Values)
                    {
                        var gone = each.Sessions.Where(session => session.Value.Server == operation.Server).ToList();
                        foreach (var (seq, _) in gone)
                        {
                            Del(each, seq, operation);
                        }
                    }

                    return "";
                case "advance":
                    Now += operation.Ms;
                    return "";
                case "expire":
                    var expired = users.Where(each => each.Value.Sessions.Count == 0 && each.Value.EmptySince < Now - ExpiryMs).ToList();
                    foreach (var (id, _) in expired)
                    {
                        users.Remove(id);
                    }

                    return "";
                case "page":
                    var after = users.Where(each => each.Key > operation.User && each.Value.Sessions.Count > 0);
                    return string.Join(' ', after.Select(each => each.Key).Take(operation.Seq));
                default:
                    var sessions = users.GetValueOrDefault(operation.User)?.Sessions ?? [];
                    return $"{string.Join(' ', sessions.Select(session => (session.Key, session.Value.Server)))} {sessions.Count}";
            }
        }

        public string Counts()
        {
            var all = users.Values.SelectMany(user => user.Sessions.Values).ToList();
            return Text(
                all.GroupBy(session => session.Room).ToDictionary(group => group.Key, group => group.Count()),
                all.GroupBy(session => session.Server).ToDictionary(group => group.Key, group => group.Count()),
                all.Count,
                users.Where(user => user.Value.Sessions.Count > 0).Select(user => user.Key));
        }

        private int Put(Operation operation)
        {
            var user = users.GetValueOrDefault(operation.User) ?? (users[operation.User] = new User());
            if (operation.Kind == "put" && user.Highest == int.MaxValue)
            {
                return 0;
            }

            var seq = operation.Kind == "put" ? user.Highest + 1 : operation.Seq;
            user.Highest = Math.Max(user.Highest, seq);
            user.Sessions[seq] = (operation.Server, operation.Room, Now);
            return seq;
        }

        private bool Del(User user, int seq, Operation operation)
        {
            var fence = operation.Fence(Now);
            if (!user.Sessions.TryGetValue(seq, out var session) || (fence > 0 && session.Created > fence))
            {
                return false;
            }

            user.Sessions.Remove(seq);
            user.EmptySince = Now;
            return true;
        }

        private sealed class User
        {
            public SortedDictionary<int, (int Server, int Room, long Created)> Sessions { get; } = [];

            public int Highest { get; set; }

            public long EmptySince { get; set; }
        }
    }
}
