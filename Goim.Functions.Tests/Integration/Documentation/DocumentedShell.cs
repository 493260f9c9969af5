using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Goim.Functions.Tests.Integration.Documentation;

/// <summary>
/// The shell in which a page's commands run. A page's <c>bash</c> blocks are run in it before, and export LocalHost's settings.
/// </summary>
internal sealed partial class DocumentedShell : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("page-").FullName;

    public DocumentedShell(string page)
    {
        var blocks = Block().Matches(page).Select(static block => block.Groups["text"].Value).ToList();
        File.WriteAllLines(Definitions, blocks);
        Settings = blocks.SelectMany(static block => Export().Matches(block))
            .ToDictionary(static export => export.Groups["name"].Value, static export => export.Groups["value"].Value);
    }

    /// <summary>What the page exports: settings of LocalHost.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    private string Definitions => Path.Combine(folder, "definitions");

    /// <summary>Runs a command. Returns what it prints.</summary>
    public async Task<string> RunAsync(string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
            Environment = { ["BASH_ENV"] = Definitions },
        };
        using var bash = Process.Start(start)!;
        var error = bash.StandardError.ReadToEndAsync();
        var output = await bash.StandardOutput.ReadToEndAsync();
        await error;
        return output.TrimEnd('\n');
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [GeneratedRegex("^```bash\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("(?<=^export .*)(?<name>[A-Za-z_0-9]+)=(?<value>[^ \n]+)", RegexOptions.Multiline)]
    private static partial Regex Export();
}
