using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Journal;

namespace Goim.Functions.Tests.Docker;

/// <summary>Replays over Azurite in a container.</summary>
[Trait("Category", "Docker")]
public sealed class AzuriteReplayTests : StorageReplayTests
{
    private protected override async Task<ITestStorage> StorageAsync() => await AzuriteContainer.StartAsync();
}
