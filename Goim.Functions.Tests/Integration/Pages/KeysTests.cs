using Goim.Functions.Tests.Hosting;
using Microsoft.Playwright;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>The console of a host that asks for keys.</summary>
public sealed class KeysTests(ConsoleFixture browser) : IClassFixture<ConsoleFixture>
{
    private const string Function = "a-function-key-of-the-tests";
    private const string Caller = "a-caller-key-of-the-tests", Pushes = "a-key-that-may-only-push";

    [ChromiumFact]
    public async Task With_RequireKeys_the_page_asks_for_a_key_and_keeps_it_in_the_tab()
    {
        await using var host = await StartAsync("--LocalHost:RequireKeys=true", $"--LocalHost:Keys:tests={Function}");
        await using var console = await browser.OpenAsync(host.Http.BaseAddress!);

        await GiveAsync(console, "Function key", "no header has a ü");
        await GiveAsync(console, "Function key", "wrong");
        await console.Page.GetByText("The host refuses this function key.").First.WaitForAsync();
        await GiveAsync(console, "Function key", Function);
        await console.UntilReadingAsync();
        var card = await console.ConnectAsync("42");
        await console.PushAsync("to a user: /1/push", ("Message", "with a key"));

        await card.GetByText("with a key", new() { Exact = true }).WaitForAsync();
        await console.Panel("Records").GetByText("with a key").First.WaitForAsync();
        Assert.Equal("""{"callerKey":"","functionKey":"a-function-key-of-the-tests"}""", await StoredAsync(console, "sessionStorage"));
        Assert.Equal("{}", await console.Page.EvaluateAsync<string>("JSON.stringify({ ...localStorage })"));
        Assert.Empty(await console.Page.Context.CookiesAsync());
        Assert.DoesNotContain(Function, await console.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Contains("$FUNCTION_KEY", await console.Panel("Push").InnerTextAsync(), StringComparison.Ordinal);

        await console.Page.ReloadAsync();
        await console.Page.GetByText("running", new() { Exact = true }).WaitForAsync();
        Assert.Empty(console.Problems);
    }

    [ChromiumFact]
    public async Task With_callers_the_key_of_one_opens_what_its_scopes_say()
    {
        await using var host = await StartAsync(
            $"--Access:Callers:console:Key={Caller}", "--Access:Callers:console:Scopes=read,push.user",
            $"--Access:Callers:backend:Key={Pushes}", "--Access:Callers:backend:Scopes=push.user");
        await using var console = await browser.OpenAsync(host.Http.BaseAddress!);
        var dialog = console.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" });

        await GiveAsync(console, "Caller key", Pushes);
        await dialog.GetByText("caller backend lacks the scope read").WaitForAsync();
        await GiveAsync(console, "Caller key", Caller);
        await console.ConnectAsync("42");
        await console.PushAsync("to everyone: /1/push/all", ("Message", "to all"));

        await console.Panel("Push").GetByText("caller console lacks the scope push.all").First.WaitForAsync();
        await console.Page.GetByRole(AriaRole.Button, new() { Name = "Keys" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Forget" }).ClickAsync();
        await dialog.GetByText("the request names no caller").WaitForAsync();
        Assert.Null(await StoredAsync(console, "sessionStorage"));
        Assert.Empty(console.Problems);
    }

    [ChromiumFact]
    public async Task Above_a_callers_limit_the_page_waits_and_another_key_ends_the_wait()
    {
        await using var host = await StartAsync(
            $"--Access:Callers:console:Key={Caller}", "--Access:Callers:console:Scopes=read",
            "--Access:Callers:console:RequestsPerSecond=1");
        await using var console = await browser.OpenAsync(host.Http.BaseAddress!);
        await GiveAsync(console, "Caller key", Caller);

        await console.Page.GetByText("caller console may send 1 requests a second").First.WaitForAsync();

        const string Waits = "import('/console/api.js').then(({ mayRead }) => mayRead())";
        await Eventually.UntilAsync(async () => !await console.Page.EvaluateAsync<bool>(Waits));
        Assert.True(await console.Page.EvaluateAsync<bool>(
            "Promise.all([import('/console/api.js'), import('/console/keys.js')]).then(([{ mayRead }, { keys }]) => "
            + "{ keys.use({ callerKey: '', functionKey: '' }); return mayRead(); })"));
    }

    private static Task<TestHost> StartAsync(params string[] settings) =>
        TestHost.StartAsync(["--Comet:Embedded=true", $"--Comet:TcpPort={Ports.Next()}", .. settings]);

    private static async Task GiveAsync(ConsolePage console, string label, string key)
    {
        var dialog = console.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" });
        await dialog.GetByLabel(label, new() { Exact = true }).FillAsync(key);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Use", Exact = true }).ClickAsync();
    }

    private static Task<string?> StoredAsync(ConsolePage console, string store) =>
        console.Page.EvaluateAsync<string?>($"{store}.getItem('goim.keys')");
}
