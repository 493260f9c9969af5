using System.Collections.Concurrent;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet.Rooms;

/// <summary>What a comet asks the facade for operation 12, and what it makes of the answers. The test answers for the facade.</summary>
public sealed class ChangeRoomFacadeTests : IAsyncLifetime
{
    private const string Changes = "/1/room/changes", NotAllowed = ": expected one of the token's rooms, or -1";
    private readonly ConcurrentQueue<string> answers = new();
    private TopicComet comet = null!;

    public async Task InitializeAsync()
    {
        comet = await TopicComet.StartAsync();
        comet.Facade.Rewrites = static (_, answer) =>
            answer.Replace("\"roomId\":1", "\"roomId\":1,\"rooms\":[7,8]", StringComparison.Ordinal);
        comet.Facade.Answers = (path, body) => path != Changes ? null : answers.TryDequeue(out var answer) ? answer : Done(body);
    }

    public async Task DisposeAsync() => await comet.DisposeAsync();

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task The_facade_is_asked_for_the_session_and_its_answer_is_the_reply(string scheme)
    {
        using var client = await comet.ConnectAsync(scheme, "42");

        await client.SendAsync(new CometPacket(12, "7", int.MinValue, -1));

        var reply = await client.ReceiveAsync();
        Assert.Equal((13, """{"roomId":7}""", int.MinValue, -1), (reply!.Op, reply.Text, reply.Seq, reply.Version));
        Assert.Equal(["""{"server":3,"changes":[{"key":"42_1","roomId":7}]}"""], comet.Facade.Bodies(Changes));
    }

    [Theory]
    [InlineData("tcp", "", "the room is '': expected a whole number of int32")]
    [InlineData("ws", "seven", "the room is 'seven': expected a whole number of int32")]
    [InlineData("ws", "7.0", "the room is '7.0': expected a whole number of int32")]
    [InlineData("tcp", " 7", "the room is ' 7': expected a whole number of int32")]
    [InlineData("tcp", "\"", "the room is '\\\"': expected a whole number of int32")]
    [InlineData("tcp", "2147483648", "the room is '2147483648': expected a whole number of int32")]
    [InlineData("ws", "-2147483649", "the room is '-2147483649': expected a whole number of int32")]
    [InlineData("ws", "123456789012", "the room is a text of 12 bytes: expected a whole number of int32")]
    [InlineData("tcp", "9", "the room is 9" + NotAllowed)]
    [InlineData("ws", "-2", "the room is -2" + NotAllowed)]
    [InlineData("ws", "2147483647", "the room is 2147483647" + NotAllowed)]
    public async Task A_room_that_is_none_or_not_allowed_is_refused_and_the_connection_stays(string scheme, string room, string error)
    {
        using var client = await comet.ConnectAsync(scheme, "42");

        Assert.Equal($$"""{"error":"{{error}}"}""", await ChangeAsync(client, room));

        await client.AnswersHeartbeatAsync();
        Assert.Empty(comet.Facade.Bodies(Changes));
    }

    [Fact]
    public async Task A_client_whose_token_has_no_rooms_may_only_leave_its_room()
    {
        comet.Facade.Rewrites = static (_, answer) => answer;
        using var client = await comet.ConnectAsync("tcp", "42");

        Assert.Equal($$"""{"error":"the room is 1{{NotAllowed}}"}""", await ChangeAsync(client, "1"));
        Assert.Equal("""{"roomId":-1}""", await ChangeAsync(client, "-1"));
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task A_change_before_the_token_is_refused_as_any_first_packet(string scheme)
    {
        using var client = await comet.OpenAsync(scheme);

        await client.SendAsync(new CometPacket(12, "7"));

        Assert.Equal(("the first packet has op 12: expected 7 with a token", false), await client.DisconnectedAsync());
    }

    [Fact]
    public async Task A_refusal_of_the_facade_is_passed_on()
    {
        answers.Enqueue("""{"ret":1,"data":{"changes":[{"error":"no “such” session.","retry":false}]}}""");
        using var client = await comet.ConnectAsync("tcp", "42");

        Assert.Equal("""{"error":"no “such” session."}""", await ChangeAsync(client, "7"));

        Assert.Single(comet.Facade.Bodies(Changes));
    }

    [Fact]
    public async Task A_change_that_may_succeed_is_tried_again()
    {
        answers.Enqueue("""{"ret":1,"data":{"changes":[{"error":"another change is under way.","retry":true}]}}""");
        answers.Enqueue("""{"ret":65535,"error":"a node is down."}""");
        answers.Enqueue("""{"ret":1,"data":{"changes":[]}}""");
        using var client = await comet.ConnectAsync("tcp", "42");

        Assert.Equal("""{"roomId":8}""", await ChangeAsync(client, "8"));

        Assert.Equal(Enumerable.Repeat("""{"server":3,"changes":[{"key":"42_1","roomId":8}]}""", 4), comet.Facade.Bodies(Changes));
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task While_the_facade_is_down_the_change_is_answered_with_an_error_in_the_end(string scheme)
    {
        using var client = await comet.ConnectAsync(scheme, "42");
        comet.Facade.Passes = static path => path == Changes ? Passing.Refused : Passing.Passed;

        Assert.Equal(
            """{"error":"the app has not confirmed the change of room, which may be done or not: it can be asked for again"}""",
            await ChangeAsync(client, "7"));

        Assert.InRange(comet.Facade.Bodies(Changes).Length, 2, 30);
        comet.Facade.Passes = static _ => Passing.Passed;
        Assert.Equal("""{"roomId":7}""", await ChangeAsync(client, "7"));
    }

    [Fact]
    public async Task Changes_that_gather_while_a_call_is_under_way_share_the_next_one()
    {
        var clients = await Task.WhenAll(Enumerable.Range(1, 50).Select(user => comet.ConnectAsync("tcp", $"{user}")));
        using var released = new SemaphoreSlim(0);
        var isFirst = 0;
        comet.Facade.Answers = (path, body) =>
        {
            if (path != Changes)
            {
                return null;
            }

            if (Interlocked.Exchange(ref isFirst, 1) == 0)
            {
                released.Wait(Eventually.Limit);
            }

            return Done(body);
        };
        var first = ChangeAsync(clients[0], "7");
        await Eventually.UntilAsync(() => comet.Facade.Bodies(Changes).Length == 1);
        var others = clients[1..].Select(client => ChangeAsync(client, "8")).ToArray();
        released.Release();

        Assert.Equal("""{"roomId":7}""", await first);
        Assert.All(await Task.WhenAll(others), static reply => Assert.Equal("""{"roomId":8}""", reply));
        Assert.Equal(50, comet.Facade.Entries(Changes, "changes").Length);
        Assert.InRange(comet.Facade.Bodies(Changes).Length, 2, 49);
        Array.ForEach(clients, static client => client.Dispose());
    }

    [Fact]
    public async Task Changes_without_a_pause_are_refused_after_ten_and_each_is_answered()
    {
        using var client = await comet.ConnectAsync("tcp", "42");
        for (var seq = 1; seq <= 25; seq++)
        {
            await client.SendAsync(new CometPacket(12, seq % 2 == 0 ? "7" : "8", seq));
        }

        var replies = new List<string>();
        for (var seq = 1; seq <= 25; seq++)
        {
            var reply = await client.ReceiveAsync();
            Assert.Equal((13, seq), (reply!.Op, reply.Seq));
            replies.Add(reply.Text);
        }

        // A busy machine may take more than a second for the first ten.
        Assert.Equal(Enumerable.Range(1, 10).Select(seq => $$"""{"roomId":{{(seq % 2 == 0 ? 7 : 8)}}}"""), replies.Take(10));
        var refused = replies.Count("""{"error":"there are too many changes of room: expected 10 a second at most"}""".Equals);
        Assert.Equal(25 - refused, comet.Facade.Bodies(Changes).Length);
        Assert.InRange(refused, 1, 15);
    }

    private static async Task<string?> ChangeAsync(CometClient client, string room)
    {
        await client.SendAsync(new CometPacket(12, room, 5, 1));
        var reply = await client.ReceiveAsync();
        Assert.True(reply is { Op: 13, Seq: 5, Version: 1 }, $"instead of op 13: {reply}, {reply?.Text}");
        return reply!.Text;
    }

    // Each change is done.
    private static string Done(string body)
    {
        var rooms = JsonElement.Parse(body).GetProperty("changes").EnumerateArray()
            .Select(static change => $$"""{"roomId":{{change.GetProperty("roomId")}}}""");
        return $$$"""{"ret":1,"data":{"changes":[{{{string.Join(',', rooms)}}}]}}""";
    }
}
