using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>A connection of client.js that reports what it does (record.js).</summary>
internal abstract class RecordedClient : IAsyncDisposable
{
    /// <summary>A file of client.js's package.</summary>
    public static string PackageFile(string name) => Path.Combine(DocumentationTests.Repository(), "Goim.Comet.Client", "js", name);

    /// <summary>A file of this folder.</summary>
    public static string TestFile(string name) =>
        Path.Combine(DocumentationTests.Repository(), "Goim.Functions.Tests", "Integration", "Comet", "JavaScript", name);

    /// <summary>What it has reported so far.</summary>
    public abstract Task<IReadOnlyList<JsonElement>> RecordsAsync();

    /// <summary>Carries out a command of record.js, such as <c>close</c> or <c>changeRoom 7</c>.</summary>
    public abstract Task CommandAsync(string name);

    public abstract ValueTask DisposeAsync();

    /// <summary>The values of one member, in order.</summary>
    public async Task<string[]> AllAsync(string member) =>
        [.. (await RecordsAsync()).Where(record => record.TryGetProperty(member, out _)).Select(record => $"{record.GetProperty(member)}")];

    /// <summary>Waits for a report whose member has this value for the given time, and returns it.</summary>
    public async Task<JsonElement> UntilAsync(string member, string value, int time = 1)
    {
        JsonElement[] found = [];
        try
        {
            await Eventually.UntilAsync(async () =>
            {
                found = [.. (await RecordsAsync()).Where(record => record.TryGetProperty(member, out var said) && $"{said}" == value)];
                return found.Length >= time;
            });
        }
        catch (Xunit.Sdk.TrueException)
        {
            Assert.Fail($"no {member} '{value}' ({time}) in: {string.Join('\n', await RecordsAsync())}");
        }

        return found[time - 1];
    }

    /// <summary>Waits for a state, and returns its reason.</summary>
    public async Task<string> ReasonAsync(string state, int time = 1) =>
        $"{(await UntilAsync("state", state, time)).GetProperty("reason")}";
}
