using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Documentation;

/// <summary>
/// A client that a page starts in another terminal. It runs while the next command does, and must then have printed what the page says.
/// </summary>
/// <param name="url">Where LocalHost listens, instead of localhost:7071.</param>
internal sealed class DocumentedClient(string url) : IDisposable
{
    private const string Command = "dotnet run --project Goim.Comet.Client.Sample -- ", PageUrl = "localhost:7071";
    private ClientProcess? process;
    private string[] messages = [];
    private string user = "";

    public static bool Is(string command) => command.StartsWith(Command, StringComparison.Ordinal);

    // dotnet run prints it. The test starts the client without.
    private static bool IsOfDotnet(string line) => line.StartsWith("Using launch settings from ", StringComparison.Ordinal);

    /// <summary>Starts the client, and waits until it has printed that it is connected.</summary>
    public async Task StartAsync(string command, string expected)
    {
        var args = command[Command.Length..].Replace(PageUrl, url, StringComparison.Ordinal).Split(' ');
        var lines = expected.Replace(PageUrl, url, StringComparison.Ordinal).Split('\n').SkipWhile(IsOfDotnet).ToArray();
        (process, messages, user) = (ClientProcess.Start(args), lines[1..], args[1]);

        // On a busy machine LocalHost may listen before its comet takes clients. The client then comes back by itself.
        var note = await process.NoteAsync();
        while (note?.StartsWith("Disconnected: the server is not ready yet", StringComparison.Ordinal) == true)
        {
            note = await process.NoteAsync();
        }

        Assert.Equal(lines[0], note);
    }

    /// <summary>Waits for what the client prints, stops it, and waits until it is not registered any more.</summary>
    public async Task EndAsync()
    {
        if (process is null)
        {
            return;
        }

        foreach (var message in messages)
        {
            Assert.Equal(message, await process.MessageAsync());
        }

        process.CtrlC();
        await process.EndAsync();
        process.Dispose();
        process = null;
        using var http = new HttpClient();
        await Eventually.UntilAsync(
            async () => (await http.GetStringAsync($"http://{url}/1/router/get?uid={user}")).Contains("[]", StringComparison.Ordinal));
    }

    public void Dispose() => process?.Dispose();
}
