using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Journal;

/// <summary>Replays over an Azurite process.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class ReplayTests(AzuriteFixture fixture) : StorageReplayTests
{
    private protected override Task<ITestStorage> StorageAsync() => Task.FromResult(fixture.Azurite!.NewAccount());
}
