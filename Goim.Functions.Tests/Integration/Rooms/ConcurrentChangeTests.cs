using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Rooms;

/// <summary>Two apps change the room of one session at once. It is of comet server 3, in room 1.</summary>
public sealed class ConcurrentChangeTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int Rooms = 5;

    [Fact]
    public Task In_memory_the_comet_and_the_node_have_the_same_room_at_the_end() => ChangeAsync();

    [RedisFact]
    public async Task Over_Redis_the_comet_and_the_node_have_the_same_room_at_the_end()
    {
        await redis.Server.FlushAsync();
        await ChangeAsync("--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}");
    }

    private static async Task ChangeAsync(params string[] nodeSettings)
    {
        await using var first = await TestHost.StartAsync(["1", "2"], [], nodeSettings: nodeSettings);
        await using var second = await TestHost.StartAsync(
            [], [.. first.Nodes.Select(node => $"--Router:Nodes:{node.Key}={node.Value.Address}"), $"--KafkaTopic={first.Topic}"]);
        await first.PostAsync("/1/router/mput", """{"puts":[{"key":"42_1","server":3,"roomId":1}]}""");
        var random = new Random(20);
        var changed = 0;
        for (var round = 0; round < 5; round++)
        {
            var rooms = Enumerable.Range(0, 50).Select(_ => random.Next(1, Rooms + 1)).ToArray();
            var answers = await Task.WhenAll(rooms.Select((room, i) => PostAsync(i % 2 == 0 ? first : second, room)));
            for (var i = 0; i < rooms.Length; i++)
            {
                if (answers[i].Ret() == 1)
                {
                    answers[i].HasData($$"""{"roomId":{{rooms[i]}}}""");
                    changed++;
                }
                else
                {
                    answers[i].IsRefused("room");
                    Assert.Matches(
                        "another change of its room, to room [1-5], is under way: |session '42_1' is in room [1-5] again: |"
                            + "other changes of its room came between: ",
                        answers[i].GetProperty("error").GetString());
                }
            }

            var joined = RoomReplay.RoomsOf(first.Records(), "42_1", 1);
            Assert.Equal([await RoomAtNodeAsync(first)], joined);
        }

        Assert.InRange(changed, 5, 250);

        // No change is left unfinished.
        (await PostAsync(second, 9)).HasData("""{"roomId":9}""");
        Assert.Equal([9], RoomReplay.RoomsOf(first.Records(), "42_1", 1));
    }

    private static Task<JsonElement> PostAsync(TestHost host, int room) =>
        host.PostAsync("/1/room/change", $$"""{"key":"42_1","roomId":{{room}}}""");

    private static async Task<int> RoomAtNodeAsync(TestHost host)
    {
        var counts = (await host.CountNowAsync("allroomcount")).GetProperty("data").GetProperty("counter");
        return int.Parse(Assert.Single(counts.EnumerateObject()).Name, System.Globalization.CultureInfo.InvariantCulture);
    }
}
