using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;
using Microsoft.Playwright;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>What the console tells of rates, counts, router nodes, comets and parts.</summary>
public sealed partial class StatusPanelTests(ConsoleFixture browser) : IClassFixture<ConsoleFixture>
{
    [ChromiumFact]
    public async Task Sessions_are_counted_by_room_and_server_and_in_total()
    {
        await using var host = await TestHost.StartAsync(["1", "2"], []);
        await host.Nodes["1"].PutAsync(42, seq: 1, server: 3, room: 7);
        await host.Nodes["1"].PutAsync(42, seq: 2, server: 5, room: -1);
        await host.Nodes["2"].PutAsync(43, seq: 1, server: 3, room: 7);
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);

        await page.UntilTextAsync("3 sessions of 2 users");
        await page.UntilRowsAsync("Rooms", "7|2", "none (-1)|1");
        await page.UntilRowsAsync("Comets", "3|2||||", "5|1||||");
        await Eventually.UntilAsync(async () => (await page.RowsAsync("Router nodes")).All(NodeRow().IsMatch));
        await page.UntilRowsAsync("Journal", "off, there is no storage|||");
        await host.Nodes["2"].PutAsync(43, seq: 2, server: 3, room: 8);
        await page.UntilRowsAsync("Rooms", "7|2", "none (-1)|1", "8|1");
        Assert.Empty(page.Problems);
    }

    [ChromiumFact]
    public async Task Of_many_rooms_those_with_most_sessions_are_shown()
    {
        await using var host = await TestHost.StartAsync();
        for (var room = 1; room <= 53; room++)
        {
            await host.Nodes["1"].PutAsync(room, seq: 1, server: 3, room);
        }

        await host.Nodes["1"].PutAsync(99, seq: 1, server: 3, room: 53);
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);

        await page.UntilTextAsync("and 3 more");
        var rooms = await page.RowsAsync("Rooms");
        Assert.Equal((50, "53|2", "1|1"), (rooms.Length, rooms[0], rooms[1]));
    }

    [ChromiumFact]
    public async Task The_embedded_comet_tells_its_connections_and_messages()
    {
        await using var host = await CometHost.StartAsync("--Comet:ServerId=3");
        using var client = await host.ConnectAsync("ws", "42");
        await host.PushAsync("push?uid=42", "m");
        await client.ExpectAsync("m");
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);

        await Eventually.UntilAsync(async () => (await page.RowsAsync("Comets")) is [var row] && CometRow().IsMatch(row));
    }

    [ChromiumFact]
    public async Task Rates_are_lines_whose_names_have_the_numbers()
    {
        await using var host = await TestHost.StartAsync();
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);
        foreach (var name in new[] { "Pushes", "Records" })
        {
            var told = new Regex($"^{name}: [0-9.]+.s now, at most [1-9]");
            var line = page.Panel("Status").GetByRole(AriaRole.Img, new() { NameRegex = told });
            await Eventually.UntilAsync(async () =>
            {
                await host.PostAsync("/1/push/all", "m");
                return await line.CountAsync() == 1;
            });
        }

        await page.Page.GetByText(" queued, 0 acknowledged").WaitForAsync();
    }

    [ChromiumFact]
    public async Task A_counter_that_falls_and_a_long_wait_are_gaps()
    {
        await using var host = await TestHost.StartAsync();
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);

        var points = await page.Page.EvaluateAsync<string>(
            """
            async () => {
              const { Rate } = await import('/console/rates.js');
              const rate = new Rate();
              rate.add(10, 1000); rate.add(30, 2000); rate.add(5, 3000); rate.add(6, 5000); rate.add(7, 60000);
              rate.gap(61000); rate.gap(62000); rate.add(9, 122500);
              return rate.points.map((point) => `${point.at}:${point.value}`).join(' ');
            }
            """);

        Assert.Equal("3000:null 5000:0.5 60000:null 122500:null", points);
    }

    [ChromiumFact]
    public async Task Each_part_is_named_with_the_setting_that_changes_it()
    {
        await using var host = await TestHost.StartAsync(
            "--KafkaBrokers=", "--KafkaTopic=pushes", "--KafkaEventsTopic=events", "--Comet:Embedded=true", "--Comet:TcpPort=0",
            "--LocalHost:Keys:k=a-function-key", "--Access:Callers:b:Key=the-key-of-the-caller-b", "--Access:Callers:b:Scopes=read",
            "--Access:Callers:a:Key=the-key-of-the-caller-a", "--Access:Callers:a:Scopes=push.all");
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);
        await page.Page.GetByLabel("Function key").FillAsync("a-function-key");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Use", Exact = true }).ClickAsync();

        await page.UntilRowsAsync(
            "Parts",
            $"Broker|embedded, in memory, at {host.Setting("KafkaBrokers")}, topics pushes and events|KafkaBrokers",
            $"Router nodes|external: 1 at {host.Nodes["1"].Address}|Router__Nodes__1",
            $"Comet|embedded, at ws://{host.Http.BaseAddress!.Authority}/sub|Comet__Embedded",
            "Storage|off: no journal and no idempotency keys|AzureWebJobsStorage",
            "Tokens|UserId: a token is any user id, for trials|Connect__Tokens",
            "Function keys|off: no request needs one|LocalHost__RequireKeys",
            "Callers|on: a, b|Access__Callers__{name}__…");
    }

    [GeneratedRegex("^[12]\\|up\\|[1-9][0-9]*\\|0\\|0\\|-?[0-9,]+ ms$")]
    private static partial Regex NodeRow();

    [GeneratedRegex("^3 \\(embedded\\)\\|1\\|1\\|[1-9]\\|0\\|-?[0-9,]+ ms$")]
    private static partial Regex CometRow();
}
