using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>Many GetAll at once.</summary>
public abstract class ScanTests : StoreTests
{
    private const int Users = 20_000;

    [StoreFact]
    public async Task Streams_that_nobody_reads_keep_no_scan_from_others()
    {
        await PutAllAsync();
        var stalled = Enumerable.Range(0, 20).Select(_ => Router.GetAll(new GetAllArg { AfterUserId = 0 })).ToList();
        foreach (var each in stalled)
        {
            await each.ResponseHeadersAsync;
        }

        Assert.Equal([1L, 2], (await GetAllAsync(0, 2)).UserIds);
        Assert.Equal(Users, (await Router.AllRoomCountAsync(new NoArg())).Counter[7]);

        // And they are whole when they are read.
        var whole = new List<long>();
        await foreach (var page in stalled[0].ResponseStream.ReadAllAsync())
        {
            whole.AddRange(page.UserIds);
        }

        Assert.Equal(Enumerable.Range(1, Users).Select(user => (long)user), whole);
        stalled.ForEach(each => each.Dispose());
    }

    [StoreFact]
    public async Task Two_hundred_scans_at_once_are_answered_or_refused_and_other_calls_go_on()
    {
        await PutAllAsync();

        var scans = Enumerable.Range(0, 200).Select(_ => PageAsync()).ToArray();
        for (var user = 1; user <= 100; user++)
        {
            Assert.Equal("1@3", await SessionsAsync(user));
        }

        Assert.Contains("1", await Task.WhenAll(scans));
        Assert.All(scans, scan => Assert.Contains(scan.Result, new[] { "1", "ResourceExhausted scans" }));
        Assert.Equal([1L], (await GetAllAsync(0, 1)).UserIds);
    }

    [StoreFact]
    public async Task A_page_has_no_more_than_some_thousand_sessions()
    {
        for (var user = 1; user <= 5; user++)
        {
            var puts = Enumerable.Repeat(new PutArg { UserId = user, Server = 3 }, 3_000);
            await Router.MPutAsync(new MPutArg { Puts = { puts } });
        }

        using var call = Router.GetAll(new GetAllArg());
        var pages = await call.ResponseStream.ReadAllAsync().ToListAsync();

        Assert.Equal([1L, 2, 3, 4, 5], pages.SelectMany(page => page.UserIds));
        Assert.All(pages.SelectMany(page => page.Sessions), sessions => Assert.Equal(3_000, sessions.Seqs.Count));
        Assert.All(pages, page => Assert.InRange(page.Sessions.Sum(sessions => sessions.Seqs.Count), 1, 8_192));
    }

    [StoreFact]
    public async Task A_page_of_one_user_may_have_more_sessions()
    {
        await Router.MPutAsync(new MPutArg { Puts = { Enumerable.Repeat(new PutArg { UserId = 1, Server = 3 }, 9_000) } });
        await PutAsync(2, 3);

        using var call = Router.GetAll(new GetAllArg());
        var pages = await call.ResponseStream.ReadAllAsync().ToListAsync();

        Assert.Equal(["1", "2"], pages.Select(page => string.Join(' ', page.UserIds)));
        Assert.Equal(9_000, pages[0].Sessions[0].Seqs.Count);
    }

    private async Task PutAllAsync()
    {
        foreach (var users in Enumerable.Range(1, Users).Chunk(10_000))
        {
            await Router.MPutAsync(
                new MPutArg { Puts = { users.Select(user => new PutArg { UserId = user, Server = 3, RoomId = 7 }) } });
        }
    }

    private async Task<string> PageAsync()
    {
        try
        {
            return string.Join(' ', (await GetAllAsync(0, 1)).UserIds);
        }
        catch (RpcException refused)
        {
            return $"{refused.StatusCode} {refused.Trailers.GetValue("goim-reason")}";
        }
    }
}

public sealed class MemoryScanTests : ScanTests
{
    protected override string Store => "memory";

    private protected override Task<TestNode> StartAsync() => TestNode.StartAsync();
}

public sealed class RedisScanTests(RedisFixture redis) : ScanTests, IClassFixture<RedisFixture>
{
    protected override string Store => "redis";

    private protected override Task<TestNode> StartAsync() => StartAsync(redis);
}
