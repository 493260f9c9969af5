using Goim.Functions.Tests.Hosting;
using Microsoft.Playwright;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>The console's records, over the broker in the host.</summary>
public sealed class RecordsPanelTests(ConsoleFixture browser) : IClassFixture<ConsoleFixture>, IAsyncLifetime
{
    private const string Records = "Records, the newest first";
    private TestHost host = null!;

    public async Task InitializeAsync() => host = await TestHost.StartAsync("--KafkaBrokers=");

    public async Task DisposeAsync() => await host.DisposeAsync();

    [ChromiumFact]
    public async Task A_record_tells_its_place_its_key_its_recipients_and_its_message()
    {
        await host.Nodes["1"].PutAsync(42, seq: 1, server: 3, room: 1);
        await host.PostAsync("/1/push/room?rid=1&ensure=1&except=42_1,43_7", "<img src=x onerror=alert(1)>");
        await using var page = await OpenAsync();
        await page.UntilRowsAsync(
            Records, "2|0|00000001|broadcast_room|||1|<img src=x onerror=alert(1)>|ensure, except 42_1 43_7");

        await host.PostAsync("/1/push?uid=42", "hello");
        await page.UntilCountAsync(Records, 2);
        await host.PostAsync("/1/push/all", [0xff, 0x00]);
        await page.UntilCountAsync(Records, 3);

        var rows = await page.RowsAsync(Records);
        Assert.Matches("^[0-7]\\|[01]\\|\\|broadcast\\|\\|\\|\\|ff 00\\s+no text\\|$", rows[0]);
        Assert.Matches("^[0-7]\\|[01]\\|\\|multiple\\|3\\|42\\|\\|hello\\|$", rows[1]);
        await page.Panel("Records").GetByText("42", new() { Exact = true }).ClickAsync();
        await page.Panel("Records").GetByText("42_1", new() { Exact = true }).WaitForAsync();
        Assert.Equal(0, await page.Page.Locator("img").CountAsync());
        Assert.Empty(page.Problems);
    }

    [ChromiumFact]
    public async Task Filters_leave_what_passes_all_of_them_also_of_what_comes_later()
    {
        await host.Nodes["1"].PutAsync(42, seq: 1, server: 3, room: 1);
        await host.Nodes["1"].PutAsync(420, seq: 1, server: 3, room: 1);
        await using var page = await OpenAsync();
        foreach (var push in new[] { "push/room?rid=7", "push/room?rid=8", "push?uid=42", "push?uid=420", "push/all" })
        {
            await host.PostAsync($"/1/{push}", push);
        }

        await page.UntilCountAsync(Records, 5);
        await page.Panel("Records").GetByRole(AriaRole.Combobox, new() { Name = "Op" }).SelectOptionAsync("broadcast_room");
        await page.UntilCountAsync(Records, 2);
        await page.Panel("Records").GetByRole(AriaRole.Textbox, new() { Name = "Room" }).FillAsync("7");
        await UntilMessagesAsync(page, "push/room?rid=7");
        await host.PostAsync("/1/push/all", "to all");
        await host.PostAsync("/1/push/room?rid=7", "to room 7");
        await UntilMessagesAsync(page, "to room 7", "push/room?rid=7");
        await page.UntilTextAsync("7 records, 2 pass the filter, 2 shown.");

        await page.Panel("Records").GetByRole(AriaRole.Textbox, new() { Name = "Room" }).FillAsync("");
        await page.Panel("Records").GetByRole(AriaRole.Combobox, new() { Name = "Op" }).SelectOptionAsync("");
        await page.Panel("Records").GetByRole(AriaRole.Textbox, new() { Name = "User" }).FillAsync("42");
        await UntilMessagesAsync(page, "push?uid=42");
        await page.Panel("Records").GetByRole(AriaRole.Textbox, new() { Name = "User" }).FillAsync("");
        await page.UntilCountAsync(Records, 7);
    }

    [ChromiumFact]
    public async Task While_it_is_paused_records_are_counted_and_then_the_newest_are_shown()
    {
        await using var page = await OpenAsync();
        await host.PostAsync("/1/push/all", "one");
        await UntilMessagesAsync(page, "one");

        await page.Panel("Records").GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await host.PostAsync("/1/push/all", "two");
        await host.PostAsync("/1/push/all", "three");
        await page.UntilTextAsync("Paused: 2 more have come.");
        await UntilMessagesAsync(page, "one");

        await page.Panel("Records").GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await page.UntilCountAsync(Records, 3);
        await page.Panel("Records").GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await page.UntilCountAsync(Records, 0);
        await page.UntilTextAsync("0 records, 0 shown.");
    }

    [ChromiumFact]
    public async Task A_message_is_text_JSON_or_hex_and_a_long_one_is_opened()
    {
        await using var page = await OpenAsync();
        await host.PostAsync("/1/push/all", """{"ä":[9007199254740993,1.0]}""");
        await UntilMessagesAsync(page, """{"ä":[9007199254740993,1.0]}""");

        var view = page.Panel("Records").GetByLabel("Message as");
        await view.SelectOptionAsync("JSON");
        await UntilMessagesAsync(page, "{\n  \"ä\": [\n    9007199254740993,\n    1.0\n  ]\n}");
        await view.SelectOptionAsync("hex");
        await UntilMessagesAsync(page, "7b 22 c3 a4 22 3a 5b 39 30 30 37 31 39 39 32 35 34 37 34 30 39 39 33 2c 31 2e 30 5d 7d");
        await view.SelectOptionAsync("text");
        await page.Panel("Records").GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await host.PostAsync("/1/push/all", new string('x', 1_000) + " the end");

        await UntilMessagesAsync(page, new string('x', 160) + "…");
        await page.Page.GetByText(new string('x', 160) + "…").ClickAsync();
        await page.UntilTextAsync("the end");
    }

    [ChromiumFact]
    public async Task Of_many_records_the_newest_300_are_shown_and_the_others_are_counted()
    {
        await using var page = await OpenAsync();
        var lines = Enumerable.Range(1, 9_999).Select(static number => $$"""{"rid":1,"m":{{number}}}""");

        await host.PostRawAsync("/1/push/batch", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines)));

        await page.UntilTextAsync("9,999 records, 300 shown.");
        var messages = await MessagesAsync(page);
        Assert.Equal((300, "9999", "9700"), (messages.Length, messages[0], messages[^1]));
        await page.Panel("Records").GetByRole(AriaRole.Textbox, new() { Name = "Room" }).FillAsync("2");
        await page.UntilTextAsync("9,999 records, 0 pass the filter, 0 shown.");
        Assert.Empty(page.Problems);
    }

    [ChromiumFact]
    public async Task Each_record_is_shown_once_when_the_page_reads_anew_with_another_key()
    {
        await using var page = await OpenAsync();
        await host.PostAsync("/1/push/all", "one");
        await UntilMessagesAsync(page, "one");

        var again = page.Page.WaitForRequestAsync("**/local/records?from=start");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Keys" }).ClickAsync();
        await page.Page.GetByLabel("Function key").FillAsync("k");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Use", Exact = true }).ClickAsync();
        await again;
        await host.PostAsync("/1/push/all", "two");

        await UntilMessagesAsync(page, "two", "one");
    }

    private static async Task<string[]> MessagesAsync(ConsolePage page) =>
        [.. (await page.RowsAsync(Records)).Select(static row => row.Split('|')[7])];

    private static Task UntilMessagesAsync(ConsolePage page, params string[] expected) =>
        Eventually.UntilAsync(async () => (await MessagesAsync(page)).SequenceEqual(expected));

    private Task<ConsolePage> OpenAsync() => browser.OpenAsync(host.Http.BaseAddress!);
}
