using System.Diagnostics;
using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Infra;

/// <summary>What azd prints after a deployment: commands that push, and no key.</summary>
public sealed partial class PostdeployTests : IDisposable
{
    private const string Key = "a-key-of-the-backend-in-the-test";
    private readonly string folder = Directory.CreateTempSubdirectory("postdeploy-").FullName;

    // As az would: prints the key of caller-backend in the vault kv-test, and leaves a mark that it has run.
    public PostdeployTests()
    {
        var az = Path.Combine(folder, "az");
        File.WriteAllText(az, $"""
            #!/bin/sh
            touch '{folder}/asked'
            [ "$*" = 'keyvault secret show --vault-name kv-test --name caller-backend --query value -o tsv' ] && echo '{Key}'

            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(az, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Its_commands_push_in_a_plain_shell()
    {
        await using var host = await TestHost.StartAsync(
            $"--Access:Callers:backend:Key={Key}", "--Access:Callers:backend:Scopes=push.user", "--Access:KeepFunctionKeys=none");
        var (exitCode, printed, error) = await HookAsync(host.App.Url);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.False(File.Exists(Path.Combine(folder, "asked")), "The hook has asked for the key.");
        var commands = string.Join('\n', Command().Matches(printed).Select(command => command.Groups["text"].Value));

        var (pushed, answers, _) = await ShellAsync(["-euc", commands.Replace("curl ", "curl -s ", StringComparison.Ordinal)], []);

        Assert.Equal((0, "ok{\"ret\":1}"), (pushed, answers.Replace("\n", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_docs_show_what_it_prints()
    {
        var (_, printed, _) = await HookAsync("https://func-….azurewebsites.net", "kv-…");
        var shown = File.ReadAllText(Path.Combine(DocumentationTests.Repository(), "docs", "deploy.md"));

        Assert.Contains($"```text\n{printed.Trim('\n')}\n```", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_outputs_of_a_deployment_it_says_which_one_is_missing()
    {
        var (exitCode, printed, error) = await ShellAsync([Script("sh")], []);

        Assert.NotEqual(0, exitCode);
        Assert.Empty(printed);
        Assert.Contains("SERVICE_FUNCTIONS_ENDPOINT: is not set: run azd provision first", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_Windows_it_says_the_same()
    {
        var (_, printed, _) = await HookAsync("$env:SERVICE_FUNCTIONS_ENDPOINT", "$($env:AZURE_KEY_VAULT_NAME)");
        var windows = await File.ReadAllTextAsync(Script("ps1"));

        var sentences = printed.Split('\n').Where(line => line.Length > 0 && !line.StartsWith(' ')).ToList();
        Assert.Equal(5, sentences.Count);
        Assert.All(sentences[..3], sentence => Assert.Contains($"\n{sentence}\n", windows, StringComparison.Ordinal));
        Assert.Contains(sentences[4], windows, StringComparison.Ordinal);
        Assert.Equal(Variables(await File.ReadAllTextAsync(Script("sh"))), Variables(windows));
    }

    [Fact]
    public void What_it_reads_are_outputs_of_the_deployment()
    {
        var outputs = File.ReadAllText(Path.Combine(Bicep.Infra, "main.bicep"));

        Assert.All(
            Variables(File.ReadAllText(Script("sh"))),
            variable => Assert.Contains($"\noutput {variable} string = ", outputs, StringComparison.Ordinal));
    }

    private Task<(int ExitCode, string Output, string Error)> HookAsync(string url, string vault = "kv-test") => ShellAsync(
        [Script("sh")],
        new()
        {
            ["SERVICE_FUNCTIONS_ENDPOINT"] = url,
            ["AZURE_KEY_VAULT_NAME"] = vault,
            ["SERVICE_COMET_ENDPOINT"] = "wss://ca-comet-….azurecontainerapps.io/sub",
            ["AZURE_WORKBOOK_URL"] = "https://portal.azure.com/#@…/workbook",
        });

    private async Task<(int ExitCode, string Output, string Error)> ShellAsync(string[] arguments, Dictionary<string, string> variables)
    {
        var start = new ProcessStartInfo("sh", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}";
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }

    private static string Script(string extension) => Path.Combine(Bicep.Infra, "hooks", $"postdeploy.{extension}");

    private static IEnumerable<string> Variables(string script) =>
        Variable().Matches(script).Select(variable => variable.Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex("^  (?<text>(key=|curl ).+)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex("(AZURE|SERVICE)_[A-Z_]+")]
    private static partial Regex Variable();
}
