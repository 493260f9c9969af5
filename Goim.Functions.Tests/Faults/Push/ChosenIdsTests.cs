using System.Diagnostics;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Faults.Push;

/// <summary>
/// Ids that a caller chooses to have equal .NET hashes cost as much CPU time as any others. The app and its node are in this process.
/// </summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class ChosenIdsTests
{
    /// <summary>How often as much chosen ids may cost. With .NET's hashes they cost from ten to several hundred times as much.</summary>
    private const int MaxRatio = 5;

    private const int Rounds = 3;

    /// <summary>Less than this is no measure.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(40);

    [Theory]
    [InlineData("/1/push/batch?dry=1", """{"u":[IDS],"m":1}""", 40_000)]
    [InlineData("/1/pushs?dry=1", """{"u":[IDS],"m":1}""", 40_000)]
    [InlineData("/1/router/mget", """{"userIds":[IDS]}""", 10_000)]
    public async Task Chosen_users_cost_what_others_cost(string url, string body, int count)
    {
        await using var host = await TestHost.StartAsync();
        var ids = Enumerable.Range(1, count).Reverse();

        var others = await CostAsync(() => PostAsync(host, url, body, ids.Select(id => (long)id)));
        var chosen = await CostAsync(() => PostAsync(host, url, body, ids.Select(id => ((long)id << 32) | (uint)id)));

        Assert.InRange(chosen, TimeSpan.Zero, MaxRatio * others);
    }

    // Multiples of 75,431, which is a size of .NET's tables.
    [Fact]
    public async Task Chosen_rooms_cost_what_others_cost()
    {
        const int rooms = 54_000, perCall = 9_000, tableSize = 75_431;
        var costs = new List<TimeSpan>();
        foreach (var step in new[] { 1, tableSize })
        {
            await using var host = await TestHost.StartAsync();
            foreach (var users in Enumerable.Range(0, rooms).Chunk(perCall))
            {
                var puts = users.Select(user => new PutArg { UserId = user, Server = 1, RoomId = (user - (rooms / 2)) * step });
                await host.Nodes["1"].Client.MPutAsync(new MPutArg { Puts = { puts } });
            }

            costs.Add(await CostAsync(() => host.GetAsync("/1/router/allroomcount")));
        }

        Assert.InRange(costs[1], TimeSpan.Zero, MaxRatio * costs[0]);
    }

    private static async Task PostAsync(TestHost host, string url, string body, IEnumerable<long> ids)
    {
        using var content = new StringContent(body.Replace("IDS", string.Join(',', ids), StringComparison.Ordinal));
        using var answer = await host.Http.PostAsync(url, content);
        Assert.StartsWith("{\"ret\":1", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    // CPU time of the cheapest round.
    private static async Task<TimeSpan> CostAsync(Func<Task> callAsync)
    {
        var least = TimeSpan.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            await callAsync();
            var cost = Process.GetCurrentProcess().TotalProcessorTime - before;
            least = cost < least ? cost : least;
        }

        return least > Least ? least : Least;
    }
}
