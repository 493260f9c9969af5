using Goim.Functions.Tests.Faults.Journal;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Docker;

/// <summary>The journal while Azurite in a container is started again.</summary>
[Trait("Category", "Docker")]
public sealed class AzuriteRestartTests : StorageRestartTests
{
    private protected override async Task<IAzurite> StartStorageAsync() => await AzuriteContainer.StartAsync();
}
