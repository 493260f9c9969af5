using System.Diagnostics;
using System.Text;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>Sends a request as the console shows it, in the way that its form is for.</summary>
/// <param name="environment">The variables with the keys.</param>
internal sealed class ShownRequest(IReadOnlyDictionary<string, string> environment) : IDisposable
{
    private const string Variable = "{{$processEnv ";
    private readonly string folder = Directory.CreateTempSubdirectory("shown-").FullName;

    /// <summary>Runs the text with a shell. Returns what it prints.</summary>
    public Task<string> RunAsync(string shell, string text) => RunFileAsync("push.sh", text, $"{shell} push.sh");

    /// <summary>Compiles and runs the text as a C# file. Returns what it prints.</summary>
    public Task<string> RunCSharpAsync(string text) => RunFileAsync("push.cs", text, "dotnet run push.cs");

    /// <summary>Reads the text as a .http file, and sends it. Returns the body of the answer.</summary>
    public async Task<string> SendAsync(Uri host, string text)
    {
        var parts = text.Split("\n\n", 2);
        var lines = parts[0].Split('\n').Select(Replaced).ToArray();
        Assert.EndsWith(" HTTP/1.1", lines[0], StringComparison.Ordinal);
        Assert.Equal($"Host: {host.Authority}", lines[1]);
        var request = lines[0].Split(' ');
        return (await RawHttp.SendAsync(host, request[0], request[1], Encoding.UTF8.GetBytes(parts[1]), lines[1..])).Body;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Replaced(string line)
    {
        var start = line.IndexOf(Variable, StringComparison.Ordinal);
        return start < 0 ? line : line[..start] + environment[line[(start + Variable.Length)..^2]];
    }

    // The output is a file: a compiler that stays would keep a pipe open.
    private async Task<string> RunFileAsync(string name, string text, string command)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, name), text);
        var start = new ProcessStartInfo("sh", ["-c", $"{command} >output 2>error </dev/null"])
        {
            WorkingDirectory = folder,

            // What `dotnet run` makes of the file goes into the folder too.
            Environment = { ["XDG_DATA_HOME"] = folder, ["MSBUILDDISABLENODEREUSE"] = "1" },
        };
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        using var process = Process.Start(start)!;
        await process.WaitForExitAsync().WaitAsync(Eventually.Limit);
        var output = await File.ReadAllTextAsync(Path.Combine(folder, "output"));
        Assert.True(process.ExitCode == 0, text + output + await File.ReadAllTextAsync(Path.Combine(folder, "error")));
        return output;
    }
}
