using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Rooms;

/// <summary>
/// Changes of room over two nodes. User 2001 (of node 2, by Vectors/ketama.json) has session 1 in room 1 and session 2 in none, user 2002
/// (of node 1) has session 1 in room 1, all on server 3.
/// </summary>
public abstract class ChangeRoomTests : IAsyncLifetime
{
    private protected TestHost Host { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (await NodeSettingsAsync() is not { } settings)
        {
            return;
        }

        Host = await TestHost.StartAsync(["1", "2"], [], nodeSettings: settings);
        const string Puts = """
            {"puts":[{"key":"2001_1","server":3,"roomId":1},{"key":"2001_2","server":3},{"key":"2002_1","server":3,"roomId":1}]}
            """;
        Assert.Equal(1, (await Host.PostAsync("/1/router/mput", Puts)).Ret());
    }

    public async Task DisposeAsync() => await (Host?.DisposeAsync() ?? ValueTask.CompletedTask);

    /// <summary>Null if a program that it needs is missing.</summary>
    private protected abstract Task<string[]?> NodeSettingsAsync();

    [StoreFact]
    public async Task A_change_is_a_record_of_each_room_keyed_by_it()
    {
        await ChangeAsync("2001_1", 7);

        AssertRecords(
            ("00000001", """{"op":"leave_room","server":3,"subkeys":["2001_1"],"roomid":1}"""),
            ("00000007", """{"op":"join_room","server":3,"subkeys":["2001_1"],"roomid":7}"""));
        (await Host.CountNowAsync("allroomcount")).HasData("""{"counter":{"-1":1,"1":1,"7":1}}""");
    }

    [StoreFact]
    public async Task To_no_room_and_from_no_room_are_one_record()
    {
        await ChangeAsync("2001_1", -1);
        await ChangeAsync("2001_2", 0);
        await ChangeAsync("2002_1", -5);

        AssertRecords(
            ("00000000", """{"op":"join_room","server":3,"subkeys":["2001_2"]}"""),
            ("00000001", """{"op":"leave_room","server":3,"subkeys":["2001_1"],"roomid":1}"""),
            ("00000001", """{"op":"leave_room","server":3,"subkeys":["2002_1"],"roomid":1}"""),
            ("fffffffb", """{"op":"join_room","server":3,"subkeys":["2002_1"],"roomid":-5}"""));
        (await Host.CountNowAsync("allroomcount")).HasData("""{"counter":{"-5":1,"-1":1,"0":1}}""");
    }

    [StoreFact]
    public async Task A_change_to_the_room_that_it_is_in_sends_nothing()
    {
        await ChangeAsync("2001_1", 1);
        await ChangeAsync("2001_2", -1);
        Assert.Empty(Host.Records());

        await ChangeAsync("2001_1", 7);
        await ChangeAsync("2001_1", 7);
        Assert.Equal(2, Host.Records().Count);
    }

    [StoreFact]
    public async Task A_session_that_is_not_there_is_refused()
    {
        foreach (var key in new[] { "2001_3", "2001_0", "2001_-1", "99_1" })
        {
            (await Host.PostAsync("/1/room/change", $$"""{"key":"{{key}}","roomId":7}"""))
                .IsRefused($"key is '{key}', which has no session: expected the sub key of a connection; nothing was changed.");
        }

        Assert.Empty(Host.Records());
    }

    [StoreFact]
    public async Task A_change_that_was_left_unfinished_is_carried_to_its_end_by_a_repeat()
    {
        Assert.Equal((7, 1), await BeginAsync(2001, 1, 7));

        await ChangeAsync("2001_1", 7);

        AssertRecords(
            ("00000001", """{"op":"leave_room","server":3,"subkeys":["2001_1"],"roomid":1}"""),
            ("00000007", """{"op":"join_room","server":3,"subkeys":["2001_1"],"roomid":7}"""));
        Assert.Equal((8, 7), await BeginAsync(2001, 1, 8));
    }

    [StoreFact]
    public async Task While_a_change_is_unfinished_one_to_another_room_is_refused()
    {
        await BeginAsync(2001, 1, 7);

        var answer = await Host.PostRawAsync("/1/room/change", """{"key":"2001_1","roomId":8}"""u8.ToArray(), "X-Goim-Errors: http");

        Assert.Equal((503, "1"), (answer.Status, answer.Headers["Retry-After"]));
        System.Text.Json.JsonElement.Parse(answer.Body)
            .IsRefused("another change of its room, to room 7, is under way: nothing was changed.");
        Assert.Empty(Host.Records());
        (await Host.CountNowAsync("allroomcount")).HasData("""{"counter":{"-1":1,"1":1,"7":1}}""");
    }

    [StoreFact]
    public async Task Changes_of_a_comet_are_answered_in_order()
    {
        await Host.Nodes["1"].PutAsync(2002, 2, 5, 1);
        (await Host.PostAsync("/1/room/changes", """
            {"server":3,"changes":[{"key":"2002_1","roomId":7},{"key":"2001_9","roomId":7},{"key":"2002_2","roomId":7},
             {"key":"2001_1","roomId":1},{"key":"2001_2","roomId":-1},{"key":"2002_1","roomId":8}]}
            """)).HasData("""
            {"changes":[{"roomId":7},
            {"error":"key is '2001_9', which has no session: expected the sub key of a connection; nothing was changed.","retry":false},
            {"error":"key is '2002_2', a session of comet server 5: expected one of server 3; nothing was changed.","retry":false},
            {"roomId":1},{"roomId":-1},{"roomId":8}]}
            """.ReplaceLineEndings(""));

        AssertRecords(
            ("00000001", """{"op":"leave_room","server":3,"subkeys":["2002_1"],"roomid":1}"""),
            ("00000007", """{"op":"join_room","server":3,"subkeys":["2002_1"],"roomid":7}"""),
            ("00000007", """{"op":"leave_room","server":3,"subkeys":["2002_1"],"roomid":7}"""),
            ("00000008", """{"op":"join_room","server":3,"subkeys":["2002_1"],"roomid":8}"""));
        Assert.Equal([8], RoomReplay.RoomsOf(Host.Records(), "2002_1", 1));
    }

    private async Task ChangeAsync(string key, int room) =>
        (await Host.PostAsync("/1/room/change", $$"""{"key":"{{key}}","roomId":{{room}}}""")).HasData($$"""{"roomId":{{room}}}""");

    // Moves a session at its node and sends nothing, as an app does that ends then. The room that it is in and the one that it left.
    private async Task<(int RoomId, int LeftRoomId)> BeginAsync(long userId, int seq, int room)
    {
        var reply = (await Host.Nodes[userId == 2001 ? "2" : "1"].Client.MChangeRoomAsync(new MChangeRoomArg
        {
            Changes = { new ChangeRoomArg { UserId = userId, Seq = seq, RoomId = room } },
        })).Changes.Single();
        return (reply.RoomId, reply.LeftRoomId);
    }

    private void AssertRecords(params (string Key, string Value)[] expected) =>
        Assert.Equal(
            expected,
            Host.Records().OrderBy(record => record.KeyHex, StringComparer.Ordinal).Select(record => (record.KeyHex!, record.Text)));
}
