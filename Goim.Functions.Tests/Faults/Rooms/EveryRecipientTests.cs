using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Rooms;

/// <summary>Each way to choose connections, with real clients on two comets, before, while and after a router node is killed.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class EveryRecipientTests
{
    private readonly Dictionary<string, Receiver> clients = [];
    private int step;

    [Fact]
    public Task Every_push_reaches_exactly_its_connections_over_two_nodes_in_memory() => RunAsync(overRedis: false);

    [RedisFact]
    public Task Every_push_reaches_exactly_its_connections_over_two_nodes_and_a_redis() => RunAsync(overRedis: true);

    private async Task RunAsync(bool overRedis)
    {
        await using var site = await Site.StartAsync(overRedis);
        foreach (var (name, comet, token, isTcp) in new[]
        {
            ("42_1", 0, "42", true), ("42_2", 1, "42", false), ("42_3", 0, "42", false),
            ("43_1", 1, "43", true), ("44_1", 0, "44/2/", true), ("45_1", 1, "45/-1/1,7", false),
        })
        {
            clients.Add(name, await site.ConnectAsync(comet, token, isTcp));
        }

        try
        {
            await PushAsync(site);
            await ExpectCountsAsync(site);

            await site.Nodes[0].KillAsync();
            await ExpectAsync(site, "push/room?rid=1&except=42_1", "42_2", "42_3", "43_1");
            await ExpectAsync(site, "push/all?except=42_3,44_1&ttl=60", "42_1", "42_2", "43_1", "45_1");
            if (overRedis)
            {
                await PushAsync(site);
                await ExpectCountsAsync(site);
            }

            await site.Nodes[0].RestartAsync();
            await site.UntilSessionsAsync(clients.Count);
            await PushAsync(site);
            await ExpectCountsAsync(site);

            await ChangeRoomsAsync(site);
            await KickAsync(site);
        }
        finally
        {
            foreach (var client in clients.Values)
            {
                client.Dispose();
            }
        }
    }

    private async Task PushAsync(Site site)
    {
        await ExpectAsync(site, "push/key?key=42_2", "42_2");
        await ExpectAsync(site, "push/key?key=42_9");
        await ExpectAsync(site, "push?uid=42", "42_1", "42_2", "42_3");
        await ExpectAsync(site, "push?uid=42&except=42_1,42_3", "42_2");
        await ExpectBodyAsync(site, "pushs?except=42_2,43_1", """{"m":"{0}","u":[42,43]}""", "42_1", "42_3");
        await ExpectAsync(site, "push/room?rid=1&except=42_1", "42_2", "42_3", "43_1");
        await ExpectAsync(site, "push/all?except=42_3,44_1", "42_1", "42_2", "43_1", "45_1");
        await ExpectBodyAsync(
            site, "push/rooms", """{"m":"{0}","r":[1,2,2,99],"ensure":true}""", "42_1", "42_2", "42_3", "43_1", "44_1");
        await ExpectAsync(site, "push/room?rid=2&ttl=60", "44_1");
        await ExpectBodyAsync(site, "push/batch", """{"key":"43_1","m":"{0}","ttl":60}""", "43_1");
        await ExpectBodyAsync(site, "push/batch", """{"uid":42,"except":["42_2"],"m":"{0}"}""", "42_1", "42_3");
        await ExpectBodyAsync(site, "push/batch", """{"rid":1,"except":["42_2","43_1"],"m":"{0}"}""", "42_1", "42_3");

        using var producer = new TopicProducer(site.Host.Setting("KafkaBrokers"), site.Host.Topic);
        await ExpectAsync(site, async text => await producer.WriteAsync(
            $$"""{"op":"broadcast","msg":"{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text))}}","expires":1}"""));
    }

    private async Task ChangeRoomsAsync(Site site)
    {
        (await site.Host.PostAsync("/1/room/change", """{"key":"44_1","roomId":1}""")).HasData("""{"roomId":1}""");
        (await site.Host.PostAsync("/1/room/change", """{"key":"42_2","roomId":-1}""")).HasData("""{"roomId":-1}""");
        Assert.Equal("""{"roomId":7}""", await clients["45_1"].ChangeRoomAsync("7"));
        Assert.StartsWith("""{"error":""", await clients["45_1"].ChangeRoomAsync("2"), StringComparison.Ordinal);

        await ExpectAsync(site, "push/room?rid=1", "42_1", "42_3", "43_1", "44_1");
        await ExpectAsync(site, "push/room?rid=2");
        await ExpectAsync(site, "push/room?rid=7", "45_1");
        Assert.Equal(["42_1@3", "42_3@3", "43_1@5", "44_1@3"], await site.MembersAsync(1));
        Assert.Empty(await site.MembersAsync(2));
        Assert.Equal(["45_1@5"], await site.MembersAsync(7));
        Assert.Equal("""{"sessions":4}""", await site.CountAsync("type=room&rid=1"));
        Assert.Equal("""{"sessions":0}""", await site.CountAsync("type=room&rid=2"));
        Assert.Equal("""{"sessions":1}""", await site.CountAsync("type=room&rid=7"));
    }

    private async Task KickAsync(Site site)
    {
        (await site.Host.PostAsync("/1/kick?key=43_1&reason=bye", "")).HasData("""{"sessions":1}""");
        Assert.Equal(("bye", false), await LeavesAsync("43_1"));
        (await site.Host.PostAsync("/1/kick?uid=42", "")).HasData("""{"sessions":3}""");
        foreach (var key in new[] { "42_1", "42_2", "42_3" })
        {
            Assert.Equal(("kicked", false), await LeavesAsync(key));
        }

        await Eventually.UntilAsync(async () => (await site.MembersAsync(1)).SequenceEqual(["44_1@3"]));
        await ExpectAsync(site, "push?uid=42");
        await ExpectAsync(site, "push/all", "44_1", "45_1");
        (await site.Host.PostAsync($"/1/kick?server={Site.Second}&reason=moved", "")).IsOk();
        Assert.Equal(("moved", true), await LeavesAsync("45_1"));
        await ExpectAsync(site, "push/all", "44_1");
        await Eventually.UntilAsync(async () =>
            await site.CountAsync("type=total") == """{"sessions":1,"users":1}""" && (await site.MembersAsync(7)).Length == 0);
    }

    private async Task<(string Reason, bool Reconnect)> LeavesAsync(string key)
    {
        var left = await clients[key].Client.DisconnectedAsync();
        clients[key].Dispose();
        clients.Remove(key);
        return left;
    }

    private static async Task ExpectCountsAsync(Site site)
    {
        Assert.Equal(["42_1@3", "42_2@5", "42_3@3", "43_1@5"], await site.MembersAsync(1));
        Assert.Equal(["44_1@3"], await site.MembersAsync(2));
        Assert.Empty(await site.MembersAsync(7));
        Assert.Equal("""{"sessions":4}""", await site.CountAsync("type=room&rid=1"));
        Assert.Equal("""{"sessions":6,"users":4}""", await site.CountAsync("type=total"));
    }

    private Task ExpectAsync(Site site, string route, params string[] recipients) =>
        ExpectAsync(site, text => site.Host.PushAsync(route, text), recipients);

    private Task ExpectBodyAsync(Site site, string route, string body, params string[] recipients) => ExpectAsync(
        site,
        async text =>
        {
            // What a client gets is the raw JSON of m: a string, with its quotes.
            using var response = await site.Host.Http.PostAsync(
                $"/1/{route}{(route.Contains('?') ? '&' : '?')}ack=broker",
                new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body.Replace("{0}", text.Trim('"'), StringComparison.Ordinal))));
            var answer = await response.Content.ReadAsStringAsync();
            Assert.StartsWith("""{"ret":1""", answer, StringComparison.Ordinal);
        },
        recipients);

    // Every client reads up to a message to all of them, and must have got exactly what it should before that.
    private async Task ExpectAsync(Site site, Func<string, Task> pushAsync, params string[] recipients)
    {
        var (text, last) = ($"\"message {++step}\"", $"end of {step}");
        await pushAsync(text);
        await site.Host.PushAsync("push/all", last);
        foreach (var (key, client) in clients)
        {
            var messages = await client.UntilAsync(last);
            Assert.True(
                messages.SequenceEqual(recipients.Contains(key) ? [text] : []),
                $"step {step}: {key} got {string.Join(", ", messages)}, and these should get it: {string.Join(", ", recipients)}");
        }
    }
}
