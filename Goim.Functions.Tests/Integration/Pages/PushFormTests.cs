using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;
using Microsoft.Playwright;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>The console's form for pushes: what it sends, and what it says.</summary>
public sealed partial class PushFormTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    [ChromiumTheory]
    [InlineData("push", "POST /1/push?uid=42", "{\"test\":1}")]
    [InlineData("pushs", "POST /1/pushs", "{\"m\":{\"test\":1},\"u\":[42,43]}")]
    [InlineData("room", "POST /1/push/room?rid=1", "{\"test\":1}")]
    [InlineData("rooms", "POST /1/push/rooms", "{\"m\":{\"test\":1},\"r\":[1,2]}")]
    [InlineData("all", "POST /1/push/all", "{\"test\":1}")]
    [InlineData("key", "POST /1/push/key?key=42_1", "{\"test\":1}")]
    [InlineData("batch", "POST /1/push/batch", "{\"uid\":42,\"m\":{\"test\":1}}\n{\"u\":[42,43],\"m\":\"two\"}\n{\"all\":true,\"m\":3}")]
    public async Task Each_push_can_be_sent_as_it_is_first_shown(string kind, string request, string body)
    {
        await using var host = await TestHost.StartAsync();
        await using var page = await console.OpenAsync(host.Http.BaseAddress!);
        var form = new PushForm(page);
        await form.ChooseAsync(kind);

        var sent = await page.Page.RunAndWaitForRequestAsync(form.PushAsync, static request => request.Method == "POST");

        Assert.Equal(request, $"{sent.Method} {new Uri(sent.Url).PathAndQuery}");
        Assert.Equal(body, sent.PostData);
        Assert.Matches(Accepted(), await form.PushAsync());
    }

    [ChromiumFact]
    public async Task The_host_says_what_is_wrong_with_a_parameter()
    {
        await using var host = await TestHost.StartAsync();
        await using var page = await console.OpenAsync(host.Http.BaseAddress!);
        var form = new PushForm(page);
        await form.Field("User id").FillAsync("x&y=ü");
        await form.Field("X-Goim-Errors: http").CheckAsync();

        var said = await form.PushAsync();

        Assert.StartsWith("400 Bad Request Failed, in ", said, StringComparison.Ordinal);
        Assert.EndsWith(
            "{ \"ret\": 65535, \"error\": \"uid is 'x&y=ü': expected a whole number from -9223372036854775808 to 9223372036854775807.\" }",
            said,
            StringComparison.Ordinal);
    }

    [ChromiumFact]
    public async Task Each_line_of_an_answer_to_a_batch_is_shown()
    {
        await using var host = await TestHost.StartAsync();
        await using var page = await console.OpenAsync(host.Http.BaseAddress!);
        var form = new PushForm(page);
        await form.ChooseAsync("batch");
        await form.Field("Lines, one push each").FillAsync("{\"all\":true,\"m\":9007199254740993}\n{\"uid\":\"x\",\"m\":1}");

        var said = await form.PushAsync();

        Assert.StartsWith("200 OK 1 of 2 lines failed, in ", said, StringComparison.Ordinal);
        Assert.Contains("{ \"ret\": 1, \"data\": { \"acks\": [ { \"partition\": ", said, StringComparison.Ordinal);
        Assert.Contains("{ \"ret\": 65535, \"error\": \"line 2: uid is the string 'x': ", said, StringComparison.Ordinal);
    }

    [ChromiumFact]
    public async Task What_cannot_be_sent_is_said_at_its_field()
    {
        await using var host = await TestHost.StartAsync();
        await using var page = await console.OpenAsync(host.Http.BaseAddress!);
        var form = new PushForm(page);

        await form.WriteAsync("0a b", isHex: true);
        Assert.Equal("Nothing has been pushed yet.", await form.PushAsync());

        await form.Said("This is no hex: expected two digits, 0 to 9 and a to f, for each byte.").WaitForAsync();
        await Assertions.Expect(form.Field("Message")).ToBeFocusedAsync();
        Assert.Equal("A field above has what cannot be sent.", await form.NoteAsync("curl"));

        await form.WriteAsync("0a bc", isHex: true);
        await form.Field("Idempotency-Key").FillAsync("ü");
        Assert.Equal("Nothing has been pushed yet.", await form.PushAsync());
        await form.Said("A header has ASCII characters only.").WaitForAsync();
        Assert.Empty(host.Records());
    }

    [ChromiumFact]
    public async Task A_host_that_does_not_answer_is_said()
    {
        await using var host = await TestHost.StartAsync();
        await using var page = await console.OpenAsync(host.Http.BaseAddress!);
        var form = new PushForm(page);
        await page.Page.Context.SetOfflineAsync(true);

        Assert.Equal(
            "There is no answer: Failed to fetch. The host may have carried out the push nevertheless.", await form.PushAsync());
    }

    [GeneratedRegex("^200 OK Accepted, in [0-9.]+ ms\\. \\{ \"ret\": 1")]
    private static partial Regex Accepted();
}
