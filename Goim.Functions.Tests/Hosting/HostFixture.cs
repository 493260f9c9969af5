namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// One host for the tests of a class, which run one after the other. What one of them leaves is there for the next: so its tests change nothing
/// that another one asks for, and a test that needs settings, faults or sessions of its own starts a host of its own.
/// </summary>
public abstract class HostFixture : IAsyncLifetime
{
    private TestHost? host;

    public async Task InitializeAsync() => host = await StartAsync();

    public async Task DisposeAsync() => await (host?.DisposeAsync() ?? ValueTask.CompletedTask);

    /// <summary>The host, of whose records and events a test sees only those from now on.</summary>
    internal TestHost ForOneTest()
    {
        host!.LeaveOutWhatIsThere();
        return host;
    }

    /// <summary>Null where what it needs is missing; then the tests of the class are skipped.</summary>
    private protected abstract Task<TestHost?> StartAsync();
}
