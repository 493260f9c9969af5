using System.Globalization;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Rooms;

/// <summary>
/// Clients that change rooms all the time, by themselves and by a backend, while a router node is killed and started again.
/// </summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class RoomChurnTests
{
    private const int Clients = 40, Rooms = 6, Changes = 40;

    [Fact]
    public Task Rooms_are_right_in_the_end_over_two_nodes_in_memory() => RunAsync(overRedis: false);

    [RedisFact]
    public Task Rooms_are_right_in_the_end_over_two_nodes_and_a_redis() => RunAsync(overRedis: true);

    private static async Task RunAsync(bool overRedis)
    {
        await using var site = await Site.StartAsync(overRedis);
        var allowed = string.Join(',', Enumerable.Range(0, Rooms));
        var clients = new List<Receiver>();
        for (var user = 1; user <= Clients; user++)
        {
            clients.Add(await site.ConnectAsync(user % 2, $"{user}/{user % Rooms}/{allowed}", isTcp: user % 3 == 0));
        }

        var killing = Task.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            await site.Nodes[1].KillAsync();
            await Task.Delay(TimeSpan.FromSeconds(1));
            await site.Nodes[1].RestartAsync();
        });
        var rooms = await Task.WhenAll(clients.Select((client, i) => Task.Run(() => ChurnAsync(site, client, i + 1, killing))));
        await killing;

        // Those that were not sure are asked for once more, until they are.
        await Task.WhenAll(clients.Select((client, i) => Eventually.UntilAsync(
            async () => await ChangeAsync(site, client, i + 1, rooms[i], byClient: false))));
        var total = $$"""{"sessions":{{Clients}},"users":{{Clients}}}""";
        await Eventually.UntilAsync(async () => await site.CountAsync("type=total") == total);
        for (var room = 0; room < Rooms; room++)
        {
            var expected = Enumerable.Range(1, Clients).Where(user => rooms[user - 1] == room)
                .Select(user => $"{user}_1@{(user % 2 == 0 ? Site.First : Site.Second)}");
            Assert.Equal(expected.Order(StringComparer.Ordinal), await site.MembersAsync(room));
            Assert.Equal(
                $$"""{"sessions":{{rooms.Count(each => each == room)}}}""", await site.CountAsync($"type=room&rid={room}"));
            await site.Host.PushAsync($"push/room?rid={room}", $"to room {room}");
        }

        await site.Host.PushAsync("push/all", "end");
        for (var i = 0; i < Clients; i++)
        {
            Assert.Equal([$"to room {rooms[i]}"], await clients[i].UntilAsync("end"));
            clients[i].Dispose();
        }
    }

    // Goes on until the node is back. Returns the room that was asked for last.
    private static async Task<int> ChurnAsync(Site site, Receiver client, int user, Task killing)
    {
        var random = new Random(user);
        var room = 0;
        for (var i = 0; i < Changes || !killing.IsCompleted; i++)
        {
            room = random.Next(Rooms);
            await ChangeAsync(site, client, user, room, byClient: random.Next(2) == 0);
        }

        return room;
    }

    private static async Task<bool> ChangeAsync(Site site, Receiver client, int user, int room, bool byClient)
    {
        var expected = string.Create(CultureInfo.InvariantCulture, $$"""{"roomId":{{room}}}""");
        if (byClient)
        {
            return await client.ChangeRoomAsync(room.ToString(CultureInfo.InvariantCulture)) == expected;
        }

        using var response = await site.Host.Http.PostAsync(
            "/1/room/change", new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new { key = $"{user}_1", roomId = room })));
        return await response.Content.ReadAsStringAsync() == $$"""{"ret":1,"data":{{expected}}}""";
    }
}
