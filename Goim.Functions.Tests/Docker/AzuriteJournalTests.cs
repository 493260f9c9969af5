using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Journal;


namespace Goim.Functions.Tests.Docker;

/// <summary>The journal over Azurite in a container.</summary>
[Trait("Category", "Docker")]
public sealed class AzuriteJournalTests : StorageJournalTests
{
    private protected override async Task<ITestStorage> StorageAsync() => await StartStorageAsync();

    private protected override async Task<IAzurite> StartStorageAsync() => await AzuriteContainer.StartAsync();
}
