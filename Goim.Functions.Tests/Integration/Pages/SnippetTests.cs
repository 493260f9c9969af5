using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>The requests that the console shows, run as they are: each form sends the bytes that are in the page.</summary>
public sealed class SnippetTests(ConsoleFixture console, SnippetFixture hosts)
    : IClassFixture<ConsoleFixture>, IClassFixture<SnippetFixture>
{
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["GOIM_KEY"] = SnippetFixture.CallerKey,
        ["FUNCTION_KEY"] = SnippetFixture.FunctionKey,
    };

    [ChromiumFact]
    public Task Quotes_backslashes_and_what_a_shell_replaces() => SendsAsync(
        """""it's "one" ""\"" """four"""" $HOME ${HOME} `id` $(id) \n \\ %s %% !! {x} <y> #z &amp; ~ * 'end'""""");

    [ChromiumFact]
    public Task Text_that_begins_and_ends_with_quotes() => SendsAsync("\"\"\"raw\"\"\"");

    [ChromiumFact]
    public Task Text_that_looks_like_a_name_of_a_file() => SendsAsync("@push.sh");

    [ChromiumFact]
    public Task Several_lines() => SendsAsync("first\n\n  \"second\" \\\n'third' \"\"\"\n$4");

    [ChromiumFact]
    public Task Letters_of_all_planes_and_invisible_ones() => SendsAsync(
        "é ё 漢 😀 👩\u200d💻 a\u202eb\u00adc\u2028d \U000e0041\ufeff!");

    [ChromiumFact]
    public Task No_bytes() => SendsAsync("");

    [ChromiumFact]
    public Task Many_lines() => SendsAsync(string.Join('\n', Enumerable.Range(1, 300).Select(static line => $"line \"{line}\" \\")));

    [ChromiumFact]
    public Task Bytes_that_are_no_text_are_in_no_http_file() => SendsAsync(
        "2d 00 ff 25 73 5c 27 0a 0d 31 80 07 38",
        [0x2d, 0, 0xff, 0x25, 0x73, 0x5c, 0x27, 0x0a, 0x0d, 0x31, 0x80, 7, 0x38],
        "it is no text");

    [ChromiumFact]
    public Task Text_with_control_characters_is_in_no_http_file() => SendsAsync(
        "2d 6e 0d 0a 1b 5b 31 6d 00 09 7f", "-n\r\n\u001b[1m\0\t\u007f"u8.ToArray(), "it has control characters");

    [ChromiumFact]
    public Task A_line_that_ends_a_request_is_in_no_http_file() => SendsAsync(
        "first\n### second", "first\n### second"u8.ToArray(), "it has a line that begins with #, //, < or >", isHex: false);

    [ChromiumFact]
    public Task A_variable_is_in_no_http_file() => SendsAsync(
        "{{$guid}} {{{", "{{$guid}} {{{"u8.ToArray(), "it has {{", isHex: false);

    [ChromiumFact]
    public Task A_last_line_break_is_in_no_http_file() => SendsAsync(
        "first\n\n", "first\n\n"u8.ToArray(), "it begins or ends with white space", isHex: false);

    [ChromiumFact]
    public async Task Parameters_and_headers()
    {
        var host = hosts.ForOneTest();
        await using var page = await OpenAsync(host);
        var form = new PushForm(page);
        await form.ChooseAsync("room");
        await form.Field("Room id").FillAsync("+7");
        await form.Field("except").FillAsync("42_1,42_7");
        await form.Field("detail").CheckAsync();
        await form.Field("X-Goim-Errors: http").CheckAsync();

        const string Answer = """{"ret":1,"data":{"sessions":0,"servers":null,"records":1}}""";
        Assert.Equal([Answer, Answer, $"200 {Answer}\n", Answer], await RunAsync(form, host));

        Assert.All(host.Records(), static record => Assert.Equal(
            """{"op":"broadcast_room","roomid":7,"msg":"eyJ0ZXN0IjoxfQ==","except":["42_1","42_7"]}""", record.Text));
        Assert.Equal(4, host.Records().Count);
    }

    [ChromiumFact]
    public async Task A_request_is_copied_as_it_is_shown()
    {
        var host = hosts.ForOneTest();
        await using var page = await OpenAsync(host);
        await page.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var form = new PushForm(page);

        await form.WriteAsync("two\n'lines'");
        var shown = await form.RequestAsync("curl");
        await form.CopyAsync();

        Assert.Equal(
            $"""
            curl -H "x-goim-key: $GOIM_KEY" \
              -H "x-functions-key: $FUNCTION_KEY" \
              -d 'two
            '\''lines'\''' \
              '{host.Http.BaseAddress}1/push?uid=42'
            """,
            shown);
        Assert.Equal(shown, await page.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    // Each form sends the text.
    private Task SendsAsync(string text) => SendsAsync(text, Encoding.UTF8.GetBytes(text), null, isHex: false);

    private async Task SendsAsync(string given, byte[] expected, string? missing, bool isHex = true)
    {
        var host = hosts.ForOneTest();
        await using var page = await OpenAsync(host);
        var form = new PushForm(page);
        await form.ChooseAsync("all");
        await form.WriteAsync(given, isHex);

        string[] answers = ["{\"ret\":1}", "{\"ret\":1}", "200 {\"ret\":1}\n", "{\"ret\":1}"];
        Assert.Equal(missing is null ? answers : answers[..^1], await RunAsync(form, host, hasHttp: missing is null));

        Assert.All(host.Records(), record => Assert.Equal(expected, MessageOf(record)));
        Assert.Equal(missing is null ? 4 : 3, host.Records().Count);
        if (missing is not null)
        {
            Assert.Equal($"A .http file cannot have this body: {missing}. Use curl or .NET.", await form.NoteAsync("HTTP"));
        }
    }

    private async Task<ConsolePage> OpenAsync(TestHost host)
    {
        var page = await console.OpenAsync(host.Http.BaseAddress!);
        await page.Page.GetByLabel("Caller key").FillAsync(SnippetFixture.CallerKey);
        await page.Page.GetByLabel("Function key").FillAsync(SnippetFixture.FunctionKey);
        await page.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Use", Exact = true }).ClickAsync();
        return page;
    }

    // The answers to each form; to that for a shell once for each of two shells.
    private static async Task<IReadOnlyList<string>> RunAsync(PushForm form, TestHost host, bool hasHttp = true)
    {
        using var request = new ShownRequest(Environment);
        var (curl, dotnet) = (await form.RequestAsync("curl"), await form.RequestAsync(".NET"));
        List<string> answers =
            [await request.RunAsync("sh", curl), await request.RunAsync("bash", curl), await request.RunCSharpAsync(dotnet)];
        if (hasHttp)
        {
            answers.Add(await request.SendAsync(host.Http.BaseAddress!, await form.RequestAsync("HTTP")));
        }

        return answers;
    }

    private static byte[] MessageOf(ReadRecord record) =>
        JsonElement.Parse(record.Text).TryGetProperty("msg", out var message) ? message.GetBytesFromBase64() : [];
}
