using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>client.js, in Node.js or in a page, and a comet for it.</summary>
public abstract class JavaScriptTests
{
    /// <summary>Has a comet.</summary>
    private protected abstract TestHost Host { get; }

    /// <summary>Connects.</summary>
    private protected abstract Task<RecordedClient> StartAsync(Uri url, object[] tokens, object? options = null);

    /// <summary>Connects, and waits until the comet has accepted the token.</summary>
    private protected async Task<RecordedClient> ConnectAsync(Uri url, object[] tokens, object? options = null)
    {
        var client = await StartAsync(url, tokens, options);
        await client.UntilAsync("state", "connected");
        return client;
    }

    /// <summary>Another comet of the host.</summary>
    private protected async Task<CometProgram> StartCometAsync(int port)
    {
        var comet = await CometProgram.StartAsync(
            Host.Http.BaseAddress!, TestHost.Brokers, Host.Topic, $"--urls=http://127.0.0.1:{port}");
        await comet.UntilPingAsync("ok");
        return comet;
    }
}
