using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>client.js against a real comet. Each test has a user of its own.</summary>
public abstract class JavaScriptClientTests : JavaScriptTests
{
    private const int Hour = 3_600_000;

    [JavaScriptFact]
    public async Task Messages_arrive_as_they_were_pushed()
    {
        await using var client = await ConnectAsync(Host.Comet("ws"), ["1001"]);
        await client.CommandAsync("iterate");
        var large = string.Concat(Enumerable.Repeat("🙂", 25_000));

        await Host.PushAsync("push?uid=1001", "Grüße 🎉 \u2028");
        await Host.PushAsync("push?uid=1001", large);

        Assert.Equal(16, (await client.UntilAsync("message", "Grüße 🎉 \u2028")).GetProperty("bytes").GetInt32());
        Assert.Equal(100_000, (await client.UntilAsync("message", large)).GetProperty("bytes").GetInt32());
    }

    [JavaScriptFact]
    public async Task Messages_that_come_together_are_told_apart()
    {
        await using var client = await ConnectAsync(Host.Comet("ws"), ["1002"]);
        await client.CommandAsync("iterate");
        string[] messages = [.. Enumerable.Range(1, 40).Select(static i => $"message {i}")];

        foreach (var message in messages)
        {
            Assert.Equal(1, (await Host.PostAsync("/1/push?uid=1002", message)).Ret());
        }

        await Eventually.UntilAsync(async () => (await client.AllAsync("message")).Length == messages.Length);
        Assert.Equal(messages.Order(StringComparer.Ordinal), (await client.AllAsync("message")).Order(StringComparer.Ordinal));
    }

    [JavaScriptFact]
    public async Task A_restart_of_the_comet_is_survived()
    {
        var port = Ports.Next();
        RecordedClient started;
        await using (await StartCometAsync(port))
        {
            started = await ConnectAsync(new Uri($"ws://127.0.0.1:{port}/sub"), ["1003"]);
            await started.CommandAsync("iterate");
            await Host.PushAsync("push?uid=1003", "before");
            await started.UntilAsync("message", "before");
        }

        await using var client = started;
        Assert.Equal("the server stops", await client.ReasonAsync("reconnecting"));
        await using var again = await StartCometAsync(port);
        await client.UntilAsync("state", "connected", 2);

        await Host.PushAsync("push?uid=1003", "after");
        await client.UntilAsync("message", "after");
        Assert.Equal(["before", "after"], await client.AllAsync("message"));
        Assert.Equal(1, await Host.SessionsAsync(1003));
    }

    [JavaScriptFact]
    public async Task A_token_is_renewed_before_it_expires_and_the_connection_stays()
    {
        await using var client = await ConnectAsync(
            Host.Comet("ws"),
            [new { token = "1004/4000", expiresInMs = 1_000 }, new { token = $"1004/{Hour}", expiresInMs = Hour }]);
        await client.CommandAsync("iterate");
        using var other = await Host.ConnectAsync("ws", "1005/4000");

        // Its token is as old as the first one of the client, or younger.
        Assert.Equal(("token expired", true), await other.DisconnectedAsync());

        await Host.PushAsync("push?uid=1004", "still here");
        await client.UntilAsync("message", "still here");
        Assert.Equal(["1", "2"], await client.AllAsync("token"));
        Assert.Equal(["connected"], await client.AllAsync("state"));
    }

    [JavaScriptFact]
    public async Task A_renewal_for_which_there_is_no_token_is_tried_again_and_the_connection_stays()
    {
        await using var client = await ConnectAsync(
            Host.Comet("ws"), [new { token = "1010/60000", expiresInMs = 1_000 }, new { }, "1010"]);
        await client.CommandAsync("iterate");

        await client.UntilAsync("token", "3");

        await Host.PushAsync("push?uid=1010", "still here");
        await client.UntilAsync("message", "still here");
        Assert.Equal(["connected"], await client.AllAsync("state"));
    }

    [JavaScriptFact]
    public async Task A_token_that_expires_is_replaced_by_a_new_connection()
    {
        await using var client = await ConnectAsync(Host.Comet("ws"), ["1006/1", "1006"]);

        await client.UntilAsync("state", "connected", 2);

        Assert.Equal("token expired", await client.ReasonAsync("reconnecting"));
        Assert.Equal(["1", "2"], await client.AllAsync("token"));
    }

    [JavaScriptFact]
    public async Task A_refused_token_closes_for_good_with_the_reason_of_the_comet()
    {
        await using var client = await StartAsync(Host.Comet("ws"), ["nobody"]);
        await client.CommandAsync("iterate");

        var end = await client.UntilAsync("end", "GoimDisconnectedError");

        var reason = await client.ReasonAsync("closed");
        Assert.StartsWith("token", reason, StringComparison.Ordinal);
        Assert.Equal(reason, $"{end.GetProperty("reason")}");
        Assert.Equal(["closed"], await client.AllAsync("state"));
        Assert.Equal(["1"], await client.AllAsync("token"));
    }

    [JavaScriptFact]
    public async Task Messages_that_nobody_takes_end_the_connection_until_they_are_taken()
    {
        await using var client = await ConnectAsync(Host.Comet("ws"), ["1007"], new { queueMessages = 5 });
        await client.CommandAsync("take");
        await Host.PushAsync("push?uid=1007", "taken at once");
        await client.UntilAsync("taken", "taken at once");
        var pushed = new List<string>();
        while (!(await client.AllAsync("state")).Contains("reconnecting"))
        {
            pushed.Add($"message {pushed.Count + 1}");
            await Host.PushAsync("push?uid=1007", pushed[^1]);
        }

        Assert.Matches("^too slow: [0-9]+ messages wait to be taken, and one more came$", await client.ReasonAsync("reconnecting"));
        await client.CommandAsync("iterate");
        await client.UntilAsync("state", "connected", 2);

        await Host.PushAsync("push?uid=1007", "after");
        await client.UntilAsync("message", "after");
        var taken = await client.AllAsync("message");
        Assert.InRange(taken.Length, 6, pushed.Count);
        Assert.Equal("after", taken[^1]);
        Assert.Subset(pushed.ToHashSet(), taken[..^1].ToHashSet());
        Assert.Equal(taken.Length, taken.Distinct().Count());
    }

    [JavaScriptFact]
    public async Task A_room_is_changed_and_a_room_that_is_not_allowed_is_refused()
    {
        await using var client = await ConnectAsync(Host.Comet("ws"), [$"1011/{Hour}/1,7011"]);
        await client.CommandAsync("iterate");

        await client.CommandAsync("changeRoom 7011");
        await client.UntilAsync("room", "7011");
        await Host.PushAsync("push/room?rid=7011", "in the room");
        await client.UntilAsync("message", "in the room");

        await client.CommandAsync("changeRoom 7012");
        await client.UntilAsync("roomError", "the room is 7012: expected one of the token's rooms, or -1");
        await client.CommandAsync("changeRoom -1");
        await client.UntilAsync("room", "-1");
        await Host.PushAsync("push/room?rid=7011", "not any more");
        await Host.PushAsync("push?uid=1011", "to the user");
        await client.UntilAsync("message", "to the user");
        Assert.Equal(["in the room", "to the user"], await client.AllAsync("message"));
    }

    [JavaScriptFact]
    public async Task A_kick_closes_for_good_with_its_reason()
    {
        await using var client = await ConnectAsync(Host.Comet("ws"), ["1012"]);
        await client.CommandAsync("iterate");

        Assert.Equal(1, (await Host.PostAsync("/1/kick?uid=1012&reason=go%20away", "")).Ret());

        Assert.Equal("go away", await client.ReasonAsync("closed"));
        await client.UntilAsync("end", "GoimDisconnectedError");
        await Eventually.UntilAsync(async () => await Host.SessionsAsync(1012) == 0);
    }

    [JavaScriptFact]
    public async Task Close_ends_the_session_and_the_iteration()
    {
        await using var client = await ConnectAsync(Host.Comet("ws"), ["1009"]);
        await client.CommandAsync("iterate");

        await client.CommandAsync("close");

        await client.UntilAsync("end", "closed");
        Assert.Equal("close() was called", await client.ReasonAsync("closed"));
        await Eventually.UntilAsync(async () => await Host.SessionsAsync(1009) == 0);
    }
}
