using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>client.js in a process of Node.js.</summary>
internal sealed class NodeClient : RecordedClient
{
    private static readonly Version Needed = new(20, 10);
    private readonly ConcurrentQueue<JsonElement> records = new();
    private readonly Process process;
    private readonly Task reading;

    private NodeClient(Process process)
    {
        this.process = process;
        reading = ReadAsync();
    }

    /// <summary>Why a test is skipped; null if it is not.</summary>
    public static string? Missing { get; } = VersionOf() is { } version && version >= Needed
        ? null
        : $"Node.js {Needed} or later is not installed.";

    /// <summary>Connects.</summary>
    /// <param name="url">Where to.</param>
    /// <param name="tokens">Those of each call of the token function; the last one also for further calls.</param>
    /// <param name="options">See client.d.ts.</param>
    public static NodeClient Start(Uri url, object[] tokens, object? options = null) => new(Process.Start(Node(
        TestFile("node.js"),
        PackageFile("client.js"),
        url.OriginalString,
        JsonSerializer.Serialize(tokens),
        JsonSerializer.Serialize(options ?? new object())))!);

    /// <summary>Runs a script to its end. Returns what it has printed.</summary>
    public static async Task<(int Code, string Output)> RunAsync(params string[] args)
    {
        using var process = Process.Start(Node(args))!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Eventually.Limit);
        return (process.ExitCode, await output + await error);
    }

    public override Task<IReadOnlyList<JsonElement>> RecordsAsync() => Task.FromResult<IReadOnlyList<JsonElement>>([.. records]);

    public override Task CommandAsync(string name) => process.StandardInput.WriteLineAsync(name);

    /// <summary>No further commands: the process ends when the connection does. Returns its exit code.</summary>
    public async Task<int> EndAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Eventually.Limit);
        return process.ExitCode;
    }

    public override async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await reading;
        process.Dispose();
    }

    // Node.js has a global WebSocket from 22 on, and 20 with this flag.
    private static ProcessStartInfo Node(params string[] args) => new("node", ["--experimental-websocket", "--no-warnings", .. args])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    private static Version? VersionOf()
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", "--version") { RedirectStandardOutput = true })!;
            return Version.TryParse(node.StandardOutput.ReadToEnd().Trim().TrimStart('v'), out var version) ? version : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            records.Enqueue(JsonElement.Parse(line));
        }

        if (await process.StandardError.ReadToEndAsync() is { Length: > 0 } error)
        {
            records.Enqueue(JsonSerializer.SerializeToElement(new { error }));
        }
    }
}
