namespace Goim.Functions.Tests.Hosting;

/// <summary>One Azurite for the tests of a class, or of the collection of its name.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    /// <summary>Null if it is not installed.</summary>
    internal Azurite? Azurite { get; private set; }

    public async Task InitializeAsync()
    {
        if (Azurite.Missing is null)
        {
            Azurite = await Azurite.StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (Azurite is not null)
        {
            await Azurite.DisposeAsync();
        }
    }
}

[CollectionDefinition(nameof(AzuriteFixture))]
public sealed class AzuriteUsers : ICollectionFixture<AzuriteFixture>;
