using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>A real node over real gRPC, fresh for each test: the same tests for each store.</summary>
public abstract class StoreTests : IAsyncLifetime
{
    private protected const int NoRoom = -1;

    /// <summary><c>memory</c> or <c>redis</c>.</summary>
    protected abstract string Store { get; }

    private protected TestNode Node { get; private set; } = null!;

    private protected RouterRPC.RouterRPCClient Router => Node.Client;

    public async Task InitializeAsync() => Node = await StartAsync();

    public async Task DisposeAsync() => await Node.DisposeAsync();

    private protected abstract Task<TestNode> StartAsync();

    /// <summary>A node over an empty Redis.</summary>
    private protected static async Task<TestNode> StartAsync(RedisFixture redis)
    {
        await redis.Server.FlushAsync();
        return await TestNode.StartAsync(null, "--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}");
    }

    private protected static string Text(GetReply sessions) =>
        string.Join(' ', sessions.Seqs.Zip(sessions.Servers, (seq, server) => $"{seq}@{server}"));

    private protected static string Text(IEnumerable<KeyValuePair<int, int>> counter) =>
        string.Join(' ', counter.OrderBy(count => count.Key).Select(count => $"{count.Key}:{count.Value}"));

    private protected async Task<int> PutAsync(long user, int server, int room = NoRoom) =>
        (await Router.PutAsync(new PutArg { UserId = user, Server = server, RoomId = room })).Seq;

    private protected async Task<string> SessionsAsync(long user) => Text(await Router.GetAsync(new GetArg { UserId = user }));

    private protected async Task<GetAllReply> GetAllAsync(long after, int limit)
    {
        var all = new GetAllReply();
        using var call = Router.GetAll(new GetAllArg { AfterUserId = after, Limit = limit });
        await foreach (var reply in call.ResponseStream.ReadAllAsync())
        {
            all.MergeFrom(reply);
        }

        return all;
    }
}
