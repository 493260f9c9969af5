using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;
using Microsoft.Playwright;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>The console's card of a client: its messages, its state and its buttons.</summary>
public sealed partial class ClientCardTests(ConsoleFixture browser) : IClassFixture<ConsoleFixture>
{
    [ChromiumFact]
    public async Task A_message_has_the_time_since_its_push_if_the_page_has_sent_it()
    {
        await using var host = await CometHost.StartAsync();
        await using var console = await browser.OpenAsync(host.Http.BaseAddress!);
        var card = await console.ConnectAsync("42");
        var (form, messages) = (new PushForm(console), card.GetByRole(AriaRole.Listitem));

        await form.WriteAsync("été");
        await form.PushAsync();
        await form.PushAsync();
        await card.GetByText("2 messages, newest first.").WaitForAsync();
        await host.PushAsync("push?uid=42", "été");
        await card.GetByText("3 messages, newest first.").WaitForAsync();

        Assert.Matches(TextOfOthers(), await messages.Nth(0).InnerTextAsync());
        Assert.Matches(OwnText(), await messages.Nth(1).InnerTextAsync());
        Assert.Matches(OwnText(), await messages.Nth(2).InnerTextAsync());
    }

    [ChromiumFact]
    public async Task Bytes_that_are_no_text_are_shown_as_hex_and_a_large_message_is_shortened()
    {
        await using var host = await CometHost.StartAsync();
        await using var console = await browser.OpenAsync(host.Http.BaseAddress!);
        var card = await console.ConnectAsync("42");
        var (form, newest) = (new PushForm(console), card.GetByRole(AriaRole.Listitem).First);

        await form.WriteAsync("00 ff 0a", isHex: true);
        await form.PushAsync();
        await newest.GetByText("00 ff 0a", new() { Exact = true }).WaitForAsync();
        Assert.EndsWith(" · hex · 3 bytes", await newest.Locator("p").InnerTextAsync(), StringComparison.Ordinal);

        // The thousandth character would be cut in half.
        await host.PushAsync("push?uid=42", new string('é', 999) + "😀" + new string('x', 70_000));
        await newest.GetByText("72,002 bytes, shortened").WaitForAsync();
        Assert.Equal(new string('é', 999), await newest.Locator("pre").TextContentAsync());
    }

    [ChromiumFact]
    public async Task The_newest_hundred_messages_are_shown()
    {
        await using var host = await CometHost.StartAsync();
        await using var console = await browser.OpenAsync(host.Http.BaseAddress!);
        var card = await console.ConnectAsync("42");
        var form = new PushForm(console);
        await form.ChooseAsync("batch");
        await form.Field("Lines, one push each").FillAsync(
            string.Join('\n', Enumerable.Range(1, 250).Select(static i => $$"""{"uid":42,"m":{{i}}}""")));

        await form.PushAsync();

        await card.GetByText("250 messages, newest first, the last 100 are shown.").WaitForAsync();
        await Assertions.Expect(card.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(100);
    }

    [ChromiumFact]
    public async Task A_client_that_is_kicked_says_why_and_connects_again_when_it_is_told_to()
    {
        await using var host = await CometHost.StartAsync();
        await using var console = await browser.OpenAsync(host.Http.BaseAddress!);
        var card = await console.ConnectAsync("42");

        await host.PostAsync("/1/kick?uid=42&reason=signed+in+elsewhere", "");

        await card.GetByText("closed", new() { Exact = true }).WaitForAsync();
        await card.GetByText("signed in elsewhere", new() { Exact = true }).WaitForAsync();
        await card.GetByRole(AriaRole.Button, new() { Name = "Connect again" }).ClickAsync();
        await card.GetByText("connected", new() { Exact = true }).WaitForAsync();
        await card.GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();
        await card.GetByText("This page has disconnected it.", new() { Exact = true }).WaitForAsync();
    }

    [ChromiumFact]
    public async Task A_change_of_room_is_shown_as_the_comet_answers_it()
    {
        await using var host = await CometHost.StartAsync();
        await using var console = await browser.OpenAsync(host.Http.BaseAddress!);
        var card = await console.ConnectAsync("42");

        await ChangeRoomAsync(card, "7");
        await card.GetByText("The room was not changed: the room is 7: expected one of the token's rooms, or -1").WaitForAsync();
        await ChangeRoomAsync(card, "-1");
        await card.GetByText("In no room now.").WaitForAsync();
        await ChangeRoomAsync(card, "");
        await card.GetByText("The room was not changed: expected a whole number, or -1 for no room.").WaitForAsync();
    }

    [ChromiumFact]
    public async Task When_a_card_is_removed_the_focus_goes_to_the_next_one_and_at_last_to_the_form()
    {
        await using var host = await CometHost.StartAsync();
        await using var console = await browser.OpenAsync(host.Http.BaseAddress!);
        var first = await console.ConnectAsync("42");
        await console.ConnectAsync("43");
        var remove = first.GetByRole(AriaRole.Button, new() { Name = "Remove" });

        await remove.PressAsync("Enter");
        await Assertions.Expect(first).ToHaveAccessibleNameAsync("Client 2: user 43");
        await Assertions.Expect(remove).ToBeFocusedAsync();
        await remove.PressAsync("Enter");

        await Assertions.Expect(console.Panel("Clients").GetByRole(AriaRole.Textbox)).ToBeFocusedAsync();
        await Eventually.UntilAsync(async () => await host.SessionsAsync(42) + await host.SessionsAsync(43) == 0);
    }

    private static async Task ChangeRoomAsync(ILocator card, string room)
    {
        await card.GetByLabel("Room", new() { Exact = true }).FillAsync(room);
        await card.GetByRole(AriaRole.Button, new() { Name = "Change room" }).ClickAsync();
    }

    [GeneratedRegex("^[0-9:]{8}\\.[0-9]{3} · [0-9.]+ ms after the push · 5 bytes\\s+été$")]
    private static partial Regex OwnText();

    [GeneratedRegex("^[0-9:]{8}\\.[0-9]{3} · 5 bytes\\s+été$")]
    private static partial Regex TextOfOthers();
}
