using System.Text.Json;
using System.Text.RegularExpressions;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>The package of client.js: its files, its types, and what it says to a caller's mistakes.</summary>
public sealed partial class PackageTests
{
    private const string Url = "wss://comet.example/sub";

    [Fact]
    public void The_module_has_less_than_275_lines() =>
        Assert.InRange(File.ReadAllLines(RecordedClient.PackageFile("client.js")).Length, 1, 274);

    [Fact]
    public void The_package_has_the_files_that_it_names()
    {
        var package = JsonElement.Parse(File.ReadAllText(RecordedClient.PackageFile("package.json")));
        var export = package.GetProperty("exports").GetProperty(".");
        string[] files = [.. package.GetProperty("files").EnumerateArray().Select(static file => file.GetString()!)];

        Assert.Equal(["client.js", "client.d.ts"], files);
        Assert.Equal(
            ["./client.js", "./client.d.ts"], [$"{export.GetProperty("default")}", $"{export.GetProperty("types")}"]);
        Assert.All(files, static file => Assert.True(File.Exists(RecordedClient.PackageFile(file)), file));
        Assert.False(package.TryGetProperty("dependencies", out _));
        Assert.Equal(
            File.ReadAllText(RecordedClient.PackageFile("../../LICENSE")), File.ReadAllText(RecordedClient.PackageFile("LICENSE")));
    }

    [JavaScriptFact]
    public async Task The_types_have_each_export_of_the_module_and_no_other()
    {
        var types = await File.ReadAllTextAsync(RecordedClient.PackageFile("client.d.ts"));

        var exports = await EvaluateAsync("Object.keys(client)");

        Assert.Equal(
            Exported().Matches(types).Select(static export => export.Groups["name"].Value).Order(StringComparer.Ordinal),
            JsonElement.Parse(exports).EnumerateArray().Select(static name => name.GetString()!).Order(StringComparer.Ordinal));
    }

    [TypeScriptFact]
    public async Task TypeScript_takes_what_a_caller_may_write_and_nothing_else()
    {
        Assert.Equal((0, ""), await CompileAsync("--lib", "es2022,dom"));
        Assert.Equal((0, ""), await CompileAsync("--lib", "es2022", "--types", "node", "--typeRoots", TypeScriptFactAttribute.Types));
    }

    [JavaScriptTheory]
    [InlineData("'tcp://localhost:8080', '42'", "url is 'tcp://localhost:8080': expected an address such as wss://comet.example/sub.")]
    [InlineData("'/sub', '42'", "url is '/sub': expected an address such as wss://comet.example/sub.")]
    [InlineData("'ws://u:p@localhost/sub', '42'", "url is 'ws://u:p@localhost/sub': expected an address such as wss://comet.example/sub.")]
    [InlineData("'ws://localhost/sub#a', '42'", "url is 'ws://localhost/sub#a': expected an address such as wss://comet.example/sub.")]
    [InlineData($"'{Url}'", "the token has 0 bytes: expected a string of 1 to 8192")]
    [InlineData($"'{Url}', '42', {{ heartbeatIntervalMs: 5 }}", "heartbeatIntervalMs is 5: expected a number from 1000 to 150000.")]
    [InlineData($"'{Url}', '42', {{ queueBytes: 'many' }}", "queueBytes is many: expected a number from 1 to 1073741824.")]
    public async Task A_callers_mistake_is_named(string arguments, string expected) =>
        Assert.Equal(expected, await EvaluateAsync($"mistake(() => client.connect({arguments}))"));

    [JavaScriptFact]
    public async Task Without_a_WebSocket_the_client_says_where_there_is_one() => Assert.Equal(
        "There is no WebSocket: expected Node 22 or later, or options.WebSocket.",
        await EvaluateAsync($"(delete globalThis.WebSocket, mistake(() => client.connect('{Url}', '42')))"));

    [JavaScriptFact]
    public async Task A_signal_that_is_aborted_already_closes_at_once() => Assert.Equal(
        "closed", await EvaluateAsync($"client.connect('{Url}', '42', {{ signal: AbortSignal.abort() }}).state"));

    [JavaScriptFact]
    public async Task A_signal_closes_the_connection() => Assert.Equal(
        "connecting closed",
        await EvaluateAsync(
            "(() => { const stop = new AbortController(), c = client.connect('ws://127.0.0.1:9/sub', '42', { signal: stop.signal }); "
            + "const before = c.state; stop.abort(); return `${before} ${c.state}`; })()"));

    [JavaScriptFact]
    public async Task The_token_function_is_not_called_after_close() => Assert.Equal(
        "0 calls",
        await EvaluateAsync(
            "await (async () => { let calls = 0; client.connect('ws://127.0.0.1:9/sub', () => { calls++; return '42'; }).close(); "
            + "await new Promise(resolve => setTimeout(resolve)); return `${calls} calls`; })()"));

    [JavaScriptFact]
    public async Task The_token_function_is_told_that_its_token_is_no_longer_needed() => Assert.Equal(
        "false true",
        await EvaluateAsync(
            "await new Promise(resolve => { const c = client.connect('ws://127.0.0.1:9/sub', ({ signal }) => new Promise(() => { "
            + "const before = signal.aborted; setTimeout(() => { c.close(); resolve(`${before} ${signal.aborted}`); }); })); })"));

    private static Task<(int Code, string Output)> CompileAsync(params string[] args) => NodeClient.RunAsync(
        [TypeScriptFactAttribute.Compiler, "--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", .. args,
            RecordedClient.TestFile("types.ts")]);

    // Prints text as it is, and other values as JSON.
    private static async Task<string> EvaluateAsync(string expression)
    {
        var script = $$"""
            const client = await import('{{new Uri(RecordedClient.PackageFile("client.js"))}}');
            const mistake = call => { try { call(); return 'no mistake'; } catch (error) { return error.message; } };
            const value = {{expression}};
            console.log(typeof value === 'string' ? value : JSON.stringify(value));
            """;
        var (code, output) = await NodeClient.RunAsync("--input-type=module", "--eval", script);
        Assert.True(code == 0, output);
        return output.TrimEnd();
    }

    [GeneratedRegex("^export (class|function) (?<name>\\w+)", RegexOptions.Multiline)]
    private static partial Regex Exported();
}
