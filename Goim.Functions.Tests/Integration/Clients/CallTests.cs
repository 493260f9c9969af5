using System.Net;
using System.Text;
using System.Text.Json;
using Goim.Client;
using Goim.Functions.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Clients;

/// <summary>Each call of the client against a real app, and the records that it makes.</summary>
public sealed class CallTests : IClassFixture<ClientHost>, IAsyncLifetime
{
    private readonly TestHost host;
    private readonly ServiceProvider services;
    private readonly GoimClient client;

    // Users and rooms of each test's own: sessions stay.
    private readonly long user = Random.Shared.NextInt64(1_000, long.MaxValue - 10);
    private readonly int server = Random.Shared.Next(1_000, int.MaxValue);
    private string key = "";

    public CallTests(ClientHost shared)
    {
        host = shared.ForOneTest();
        services = host.NewClient();
        client = services.GetRequiredService<GoimClient>();
    }

    public async Task InitializeAsync()
    {
        var answer = await host.PostAsync("1/connect", $$"""{"token":"{{user}}","server":{{server}}}""");
        key = answer.GetProperty("data").GetProperty("key").GetString()!;
    }

    public async Task DisposeAsync() => await services.DisposeAsync();

    [Fact]
    public async Task A_push_to_a_user_reaches_the_comet_of_each_session()
    {
        var result = await client.PushAsync(user, new byte[] { 0, 255, 1 }, new PushOptions { Detail = true });

        Assert.Equal(PushOutcome.Acknowledged, result.Outcome);
        Assert.Equal((1, 1, 1), (result.Recipients!.Sessions, result.Recipients.Servers, result.Recipients.Records));
        Assert.Empty(result.Recipients.OfflineUsers);
        var record = Assert.Single(host.Records());
        Assert.Equal(new RecordAck(record.Partition, record.Offset), Assert.Single(result.Acks));
        Assert.Equal("AP8B", Member(record, "msg").GetString());
        Assert.Equal(server, Member(record, "server").GetInt32());
    }

    [Fact]
    public async Task A_push_to_many_users_names_those_who_are_offline()
    {
        var message = JsonMessage.From(new { test = 1 });

        var result = await client.PushAsync([user, user + 1, user], message, new PushOptions { Detail = true });

        Assert.Equal([user + 1], result.Recipients!.OfflineUsers);
        Assert.Equal("""{"test":1}""", MessageOf(Assert.Single(host.Records())));
    }

    [Fact]
    public async Task A_push_to_a_connection_has_its_key_and_names_one_that_is_not_there()
    {
        await client.PushToConnectionAsync(key, "hello");
        var nobody = await client.PushToConnectionAsync($"{user}_99", "hello", new PushOptions { Detail = true });

        Assert.Equal([$"{user}_99"], nobody.Recipients!.OfflineKeys);
        Assert.Empty(nobody.Acks);
        Assert.Equal(key, Assert.Single(Member(Assert.Single(host.Records()), "subkeys").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task Pushes_to_rooms_have_their_options()
    {
        var options = new PushOptions { Ensure = true, Except = [key, $"{user}_7"], TimeToLive = TimeSpan.FromMinutes(1), Detail = true };

        var one = await client.PushToRoomAsync(7, "hello", options);
        await client.PushToRoomsAsync([8, 9, 8], JsonMessage.Parse("\"hello\""), options with { Detail = false });

        Assert.Equal((0, null, 1), (one.Recipients!.Sessions, one.Recipients.Servers, one.Recipients.Records));
        var records = host.Records();
        Assert.Equal([7, 8, 9], records.Select(static record => Member(record, "roomid").GetInt32()).Order());
        Assert.All(records, record =>
        {
            Assert.True(Member(record, "ensure").GetBoolean());
            Assert.Equal([key, $"{user}_7"], Member(record, "except").EnumerateArray().Select(static each => each.GetString()));
            Assert.True(Member(record, "expires").GetInt64() > 0);
        });
    }

    [Fact]
    public async Task A_push_to_everyone_may_be_queued()
    {
        var result = await client.PushToAllAsync("hello", new PushOptions { Ack = PushAck.Queue });

        Assert.Equal((PushOutcome.Queued, true, 0), (result.Outcome, result.IsDone, result.Acks.Count));
        Assert.Equal("hello", MessageOf(Assert.Single(host.Records())));
    }

    [Fact]
    public async Task A_dry_run_sends_nothing_and_says_whom_it_would_reach()
    {
        var recipients = await client.DryRunAsync(PushTarget.Users([user, user + 1]));

        Assert.Equal((1, 1, 1), (recipients.Sessions, recipients.Servers, recipients.Records));
        Assert.Equal([user + 1], recipients.OfflineUsers);
        Assert.Equal(1, (await client.DryRunAsync(PushTarget.Connection(key))).Sessions);
        Assert.Equal(1, (await client.DryRunAsync(PushTarget.Room(7))).Records);
        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task A_batch_has_an_answer_for_each_push()
    {
        BatchPush[] pushes =
        [
            new(PushTarget.User(user), JsonMessage.Parse("1")),
            new(PushTarget.Users([user, user + 1]), JsonMessage.Parse("2")),
            new(PushTarget.Connection("x"), JsonMessage.Parse("3")),
            new(PushTarget.Connection(key), JsonMessage.Parse("4")) { TimeToLive = TimeSpan.FromSeconds(60) },
            new(PushTarget.Room(7), JsonMessage.Parse("5")) { Ensure = true, Except = [key] },
            new(PushTarget.All, default),
        ];
        var answers = await client.PushBatchAsync(pushes.ToAsyncEnumerable(), new BatchOptions { Detail = true }).ToListAsync();

        Assert.Equal(pushes, answers.Select(static each => each.Push));
        var results = answers.ConvertAll(static each => each.Result);
        Assert.Equal([true, true, false, true, true, true], results.Select(static result => result.IsDone));
        Assert.Equal(PushOutcome.None, results[2].Outcome);
        Assert.StartsWith("line 3: key is the string 'x'", results[2].Error, StringComparison.Ordinal);
        Assert.Equal([user + 1], results[1].Recipients!.OfflineUsers);
        Assert.Equal(["1", "2", "4", "5", "null"], host.Records().Select(MessageOf).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Kicks_say_how_many_connections_there_are()
    {
        Assert.Equal(1, await client.KickAsync(user, "signed in elsewhere"));
        Assert.Equal(0, await client.KickAsync(user + 1));
        Assert.True(await client.KickConnectionAsync(key));
        Assert.False(await client.KickConnectionAsync($"{user}_99"));
        await client.KickServerAsync(server, "moved");

        Assert.Equal(3, host.Records().Count);
    }

    [Fact]
    public async Task Counts_and_lists_say_who_is_there()
    {
        var room = server;
        await host.PostAsync("1/room/change", $$"""{"key":"{{key}}","roomId":{{room}}}""");
        var second = await host.PostAsync("1/connect", $$"""{"token":"{{user + 1}}","server":{{server}}}""");
        var secondKey = second.GetProperty("data").GetProperty("key").GetString();
        await host.PostAsync("1/room/change", $$"""{"key":"{{secondKey}}","roomId":{{room}}}""");

        Assert.Equal(2, await client.CountAsync(room));
        await Eventually.UntilAsync(async () => (await client.CountRoomsAsync()).Contains(new RoomCount(room, 2)));
        await Eventually.UntilAsync(async () => (await client.CountServersAsync()).Contains(new ServerCount(server, 2)));
        var total = await client.CountAsync();
        Assert.True(total.Users >= 2 && total.Sessions >= total.Users, $"{total}");

        var users = await client.RoomUsersAsync(room, pageSize: 1).ToListAsync();

        Assert.Equal([user, user + 1], users.Select(static each => each.UserId).Order());
        Assert.Contains(new RoomConnection(key, server), users.SelectMany(static each => each.Connections));
    }

    [Fact]
    public async Task What_the_app_refuses_is_thrown_with_its_sentence_and_status()
    {
        var push = await Assert.ThrowsAsync<GoimException>(() => client.PushToConnectionAsync("x y&z", "hello"));
        var list = await Assert.ThrowsAsync<GoimException>(async () => await client.RoomUsersAsync(-1).ToListAsync());

        Assert.StartsWith("key is 'x y&z': expected a sub key", push.Message, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, PushOutcome.None), (push.Status, push.Result!.Outcome));
        Assert.Equal((HttpStatusCode.BadRequest, null), (list.Status, list.Result));
    }

    [Fact]
    public async Task A_key_that_the_app_cannot_keep_is_refused()
    {
        await using var withKeys = host.NewClient(static options => options.UseIdempotencyKeys = true);

        var refused = await Assert.ThrowsAsync<GoimException>(() => withKeys.GetRequiredService<GoimClient>().PushAsync(user, "hello"));

        Assert.Equal("Idempotency-Key needs storage, and AzureWebJobsStorage is not set; nothing was sent.", refused.Message);
        Assert.Empty(host.Records());
    }

    private static JsonElement Member(ReadRecord record, string name) => JsonElement.Parse(record.Text).GetProperty(name);

    private static string MessageOf(ReadRecord record) => Encoding.UTF8.GetString(Member(record, "msg").GetBytesFromBase64());
}
