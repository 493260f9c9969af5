using Goim.Functions.Tests.Hosting;
using Microsoft.Playwright;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>The console as its user sees it: connect, push, and what arrives.</summary>
public sealed class ConsoleTests(ConsoleFixture browser) : IClassFixture<ConsoleFixture>
{
    private const string ToUser = "to a user: /1/push", ToRoom = "to a room: /1/push/room", ToAll = "to everyone: /1/push/all";
    private const string Lines = "{\"uid\":43,\"m\":\"line 1\"}\n{\"uid\":\"x\",\"m\":2}";

    [ChromiumFact]
    public async Task Each_push_arrives_in_the_page_at_those_for_whom_it_is()
    {
        await using var host = await CometHost.StartAsync();
        await using var console = await browser.OpenAsync(host.Http.BaseAddress!);
        var first = await console.ConnectAsync("42");
        var second = await console.ConnectAsync("43");

        await console.PushAsync(ToUser, ("User id", "42"), ("Message", "to 42 <b>&amp;</b> 🎉"));
        await ReceivedAsync(first, "to 42 <b>&amp;</b> 🎉");
        await console.PushAsync("to several users: /1/pushs", ("User ids", "42,43"), ("Message (m), any JSON", "[\"both\"]"));
        await ReceivedAsync(first, "[\"both\"]");
        await ReceivedAsync(second, "[\"both\"]");
        await console.PushAsync(ToRoom, ("Room id", "1"), ("Message", "to room 1"));
        await ReceivedAsync(first, "to room 1");
        await ReceivedAsync(second, "to room 1");
        await console.PushAsync("to several rooms: /1/push/rooms", ("Room ids", "1,2"), ("Message (m), any JSON", "\"rooms\""));
        await ReceivedAsync(first, "\"rooms\"");
        await ReceivedAsync(second, "\"rooms\"");
        await console.PushAsync(ToAll, ("Message", "to all"));
        await ReceivedAsync(first, "to all");
        await ReceivedAsync(second, "to all");
        await console.PushAsync("to a connection: /1/push/key", ("Sub key", "43_1"), ("Message", "to 43_1"));
        await ReceivedAsync(second, "to 43_1");
        await console.PushAsync("many pushes: /1/push/batch", ("Lines, one push each", Lines));
        await ReceivedAsync(second, "\"line 1\"");
        await console.Panel("Push").GetByText("line 2: uid is the string 'x'").First.WaitForAsync();

        await first.GetByText("5 messages, newest first.").WaitForAsync();
        await second.GetByText("6 messages, newest first.").WaitForAsync();
        Assert.Empty(console.Problems);
    }

    [ChromiumFact]
    public async Task The_options_of_a_push_are_in_its_request_and_its_answer_is_shown()
    {
        await using var host = await CometHost.StartAsync();
        await using var console = await browser.OpenAsync(host.Http.BaseAddress!);
        var push = console.Panel("Push");
        await console.ConnectAsync("42");
        await push.GetByRole(AriaRole.Combobox, new() { Name = "ack", Exact = true }).SelectOptionAsync("broker");
        await push.GetByLabel("detail", new() { Exact = true }).CheckAsync();
        await push.GetByLabel("X-Goim-Errors: http", new() { Exact = true }).CheckAsync();

        await console.PushAsync(ToRoom, ("Room id", "1"), ("Message", "with options"), ("ttl (seconds)", "60"), ("except", "42_1"));

        await push.GetByText("\"sessions\": 1").WaitForAsync();
        await push.GetByText("200 OK", new() { Exact = true }).WaitForAsync();
        var record = Assert.Single(host.Records());
        Assert.StartsWith(
            """{"op":"broadcast_room","roomid":1,"msg":"d2l0aCBvcHRpb25z","except":["42_1"],"expires":""",
            record.Text,
            StringComparison.Ordinal);

        await console.PushAsync(ToRoom, ("Room id", "one"));
        await push.GetByText("rid is 'one': expected a whole number from -2147483648 to 2147483647.").WaitForAsync();
        await push.GetByText("400 Bad Request", new() { Exact = true }).WaitForAsync();
        Assert.Empty(console.Problems);
    }

    [ChromiumFact]
    public async Task A_ninth_client_is_refused_and_a_removed_one_makes_room()
    {
        await using var host = await CometHost.StartAsync();
        await using var console = await browser.OpenAsync(host.Http.BaseAddress!);
        var clients = console.Panel("Clients");
        for (var user = 1; user <= 8; user++)
        {
            await console.ConnectAsync($"{user}");
        }

        await clients.GetByRole(AriaRole.Button, new() { Name = "Connect", Exact = true }).ClickAsync();
        await clients.GetByText("There are 8 clients: remove one first.").WaitForAsync();
        await clients.GetByRole(AriaRole.Article).First.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();

        await console.ConnectAsync("9");
        await Eventually.UntilAsync(async () => await host.SessionsAsync(1) == 0 && await host.SessionsAsync(9) == 1);
        Assert.Empty(console.Problems);
    }

    [ChromiumFact]
    public async Task It_works_by_keyboard_alone()
    {
        await using var host = await CometHost.StartAsync();
        await using var console = await browser.OpenAsync(host.Http.BaseAddress!);
        var keyboard = console.Page.Keyboard;

        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("Enter"); // Skip to the console.
        await TabToAsync(console, "token");
        await keyboard.PressAsync("Enter");
        var card = console.Panel("Clients").GetByRole(AriaRole.Article);
        await card.GetByText("connected", new() { Exact = true }).WaitForAsync();
        await TabToAsync(console, "message");
        await keyboard.PressAsync("Control+Enter");
        await ReceivedAsync(card, """{"test":1}""");
        await TabToAsync(console, "tab-curl");
        await keyboard.PressAsync("ArrowRight");
        await console.Panel("Push").GetByRole(AriaRole.Tabpanel, new() { Name = ".NET" }).GetByText("using var http").First.WaitForAsync();

        Assert.Empty(console.Problems);
    }

    // By the name or id of the control.
    private static async Task TabToAsync(ConsolePage console, string control)
    {
        for (var stop = 0; stop < 50; stop++)
        {
            await console.Page.Keyboard.PressAsync("Tab");
            if (await console.Page.EvaluateAsync<string>("document.activeElement.name || document.activeElement.id") == control)
            {
                return;
            }
        }

        Assert.Fail($"No Tab leads to {control}.");
    }

    private static Task ReceivedAsync(ILocator card, string message) =>
        card.GetByRole(AriaRole.Log).GetByText(message, new() { Exact = true }).WaitForAsync();
}
