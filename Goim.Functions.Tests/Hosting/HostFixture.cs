namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// One host for the tests of a class, which run one after the other. What a test leaves there is there for the next one. So no test changes
/// what another one asks for, and a test that needs its own settings, faults or sessions starts a host of its own.
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
