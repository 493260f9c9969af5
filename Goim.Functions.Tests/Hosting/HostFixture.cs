namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// One host for the tests of a class, which run one after the other. Whatever a test leaves in it is still there for the next one. So no
/// test changes what another one reads, and a test that needs its own settings, faults or sessions starts its own host.
/// </summary>
public abstract class HostFixture : IAsyncLifetime
{
    private TestHost? host;

    public async Task InitializeAsync() => host = await StartAsync();

    public async Task DisposeAsync() => await (host?.DisposeAsync() ?? ValueTask.CompletedTask);

    /// <summary>Returns the host. <c>Records</c> and <c>Events</c> leave out what is on the topics now.</summary>
    internal TestHost ForOneTest()
    {
        host!.LeaveOutWhatIsThere();
        return host;
    }

    /// <summary>Null if a program that it needs is missing; then the tests of the class are skipped.</summary>
    private protected abstract Task<TestHost?> StartAsync();
}
