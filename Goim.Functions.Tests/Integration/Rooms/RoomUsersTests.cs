using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Rooms;

/// <summary>Who is in a room, over two nodes. User 2001 is of node 2, user 2002 of node 1 (Vectors/ketama.json).</summary>
public abstract class RoomUsersTests : IAsyncLifetime
{
    private protected TestHost Host { get; set; } = null!;

    public async Task InitializeAsync()
    {
        if (await NodeSettingsAsync() is { } settings)
        {
            Host = await TestHost.StartAsync(["1", "2"], [], nodeSettings: settings);
        }
    }

    public async Task DisposeAsync() => await (Host?.DisposeAsync() ?? ValueTask.CompletedTask);

    /// <summary>Null if a program that it needs is missing.</summary>
    private protected abstract Task<string[]?> NodeSettingsAsync();

    [StoreFact]
    public async Task A_user_is_listed_with_its_sessions_in_the_room()
    {
        await PutAsync("""{"key":"2001_1","server":3,"roomId":7}""", """{"key":"2001_2","server":3,"roomId":8}""",
            """{"key":"2001_3","server":5,"roomId":7}""", """{"key":"2002_1","server":3}""");

        (await Host.GetAsync("/1/room/users?rid=7")).HasData(
            """{"users":[{"userId":2001,"sessions":[{"seq":1,"server":3},{"seq":3,"server":5}]}],"next":null}""");
        (await Host.GetAsync("/1/room/users?rid=9")).HasData("""{"users":[],"next":null}""");
        (await Host.GetAsync("/1/count?type=room&rid=7")).HasData("""{"sessions":2}""");
        (await Host.GetAsync("/1/count?type=room&rid=-1")).HasData("""{"sessions":1}""");
        (await Host.GetAsync("/1/count?type=room&rid=9")).HasData("""{"sessions":0}""");
        (await Host.GetAsync("/1/count?type=total")).HasData("""{"sessions":4,"users":2}""");
    }

    [StoreFact]
    public async Task Pages_have_each_user_once()
    {
        await PutAsync([.. Enumerable.Range(1, 500).Select(user => $$"""{"userId":{{user}},"server":3,"roomId":{{user % 2}}}""")]);

        foreach (var limit in new[] { 1, 7, 249, 250, 251, 10_000 })
        {
            var users = new List<long>();
            var pages = await PagesAsync(1, limit, users.AddRange);

            Assert.Equal(Enumerable.Range(1, 500).Where(user => user % 2 == 1).Select(user => (long)user), users.Order());
            Assert.InRange(pages, (250 + limit - 1) / limit, (250 / limit) + 1);
        }
    }

    [StoreFact]
    public async Task Who_stays_is_listed_once_while_others_come_and_go()
    {
        const int Staying = 400;
        await PutAsync([.. Enumerable.Range(1, Staying).Select(user => $$"""{"userId":{{user}},"server":3,"roomId":7}""")]);
        using var end = new CancellationTokenSource();
        var random = new Random(7);
        var coming = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                var user = random.Next(1_000, 3_000);
                await PutAsync($$"""{"key":"{{user}}_1","server":3,"roomId":7}""");
                await Host.PostAsync("/1/disconnect", $$"""{"key":"{{random.Next(1_000, 3_000)}}_1"}""");
                await Host.PostAsync("/1/room/change", $$"""{"key":"{{user}}_1","roomId":{{random.Next(7, 9)}}}""");
            }
        });

        for (var i = 0; i < 3; i++)
        {
            var users = new List<long>();
            await PagesAsync(7, 13, users.AddRange);
            Assert.Equal(Enumerable.Range(1, Staying).Select(user => (long)user), users.Where(user => user <= Staying).Order());
        }

        await end.CancelAsync();
        await coming;
        var members = new List<long>();
        await PagesAsync(7, 10_000, members.AddRange);
        (await Host.GetAsync("/1/count?type=room&rid=7")).HasData($$"""{"sessions":{{members.Count}}}""");
    }

    [StoreFact]
    public async Task The_next_of_another_room_or_one_that_is_cut_is_refused()
    {
        await PutAsync("""{"userId":1,"server":3,"roomId":7}""", """{"userId":2,"server":3,"roomId":7}""");
        var next = (await Host.GetAsync("/1/room/users?rid=7&limit=1")).GetProperty("data").GetProperty("next").GetString()!;
        Assert.Matches("^[A-Za-z0-9_-]+$", next);

        foreach (var query in new[]
        {
            $"rid=8&after={next}", $"rid=7&after={next[..^2]}", $"rid=7&after={next}A", $"rid=7&after=A{next[1..]}B",
        })
        {
            (await Host.GetAsync($"/1/room/users?{query}")).IsRefused("expected the next of a page of room", "Begin again without after.");
        }

        Assert.Equal(1, (await Host.GetAsync($"/1/room/users?rid=7&after={next}")).Ret());
        Assert.Equal(1, (await Host.GetAsync("/1/room/users?rid=7&after=&limit=")).Ret());
    }

    private protected async Task PutAsync(params string[] puts) =>
        Assert.Equal(1, (await Host.PostAsync("/1/router/mput", $$"""{"puts":[{{string.Join(',', puts)}}]}""")).Ret());

    // The number of pages. Each has as many users as the limit says, but the last.
    private async Task<int> PagesAsync(int room, int limit, Action<IEnumerable<long>> add)
    {
        var next = "";
        for (var count = 1; ; count++)
        {
            var page = (await Host.GetAsync($"/1/room/users?rid={room}&limit={limit}&after={next}")).GetProperty("data");
            var users = page.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("userId").GetInt64()).ToArray();
            Assert.InRange(users.Length, 0, limit);
            add(users);
            if (page.GetProperty("next").GetString() is not { } more)
            {
                return count;
            }

            next = more;
        }
    }
}

public sealed class MemoryRoomUsersTests : RoomUsersTests
{
    private protected override Task<string[]?> NodeSettingsAsync() => Task.FromResult<string[]?>([]);

    [Fact]
    public async Task The_next_of_a_node_that_is_gone_is_refused()
    {
        await PutAsync("""{"key":"2002_1","server":3,"roomId":7}""", """{"key":"2001_1","server":3,"roomId":7}""");
        var next = (await Host.GetAsync("/1/room/users?rid=7&limit=1")).GetProperty("data").GetProperty("next").GetString();
        await using var alone = await TestHost.StartAsync([], [$"--Router:Nodes:2={Host.Nodes["2"].Address}"]);

        (await Host.GetAsync($"/1/room/users?rid=7&after={next}")).HasData(
            """{"users":[{"userId":2001,"sessions":[{"seq":1,"server":3}]}],"next":null}""");
        (await alone.GetAsync($"/1/room/users?rid=7&after={next}"))
            .IsRefused($"after is '{next}': expected the next of a page of room 7 over these router nodes. Begin again without after.");
    }
}

public sealed class RedisRoomUsersTests(RedisFixture redis) : RoomUsersTests, IClassFixture<RedisFixture>
{
    private protected override async Task<string[]?> NodeSettingsAsync()
    {
        if (RedisServer.Missing is not null)
        {
            return null;
        }

        await redis.Server.FlushAsync();
        return ["--RouterNode:Store=redis", $"--RouterNode:Redis={redis.Server.Setting}"];
    }

    [RedisFact]
    public async Task A_node_that_is_gone_is_missed_by_nobody()
    {
        await PutAsync([.. Enumerable.Range(1, 20).Select(user => $$"""{"userId":{{user}},"server":3,"roomId":7}""")]);
        var first = (await Host.GetAsync("/1/room/users?rid=7&limit=15")).GetProperty("data");
        await Host.Nodes["1"].DisposeAsync();

        var rest = (await Host.GetAsync($"/1/room/users?rid=7&after={first.GetProperty("next").GetString()}")).GetProperty("data");

        Assert.Equal(
            Enumerable.Range(1, 20),
            new[] { first, rest }.SelectMany(page => page.GetProperty("users").EnumerateArray())
                .Select(user => user.GetProperty("userId").GetInt32()).Order());
        (await Host.PostAsync("/1/room/change", """{"key":"7_1","roomId":8}""")).HasData("""{"roomId":8}""");
        (await Host.GetAsync("/1/count?type=room&rid=7")).HasData("""{"sessions":19}""");
        (await Host.GetAsync("/1/count?type=total")).HasData("""{"sessions":20,"users":20}""");
    }
}
