using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Idempotency;


namespace Goim.Functions.Tests.Docker;

/// <summary>Idempotency keys over Azurite in a container.</summary>
[Trait("Category", "Docker")]
public sealed class AzuriteIdempotencyTests(AzuriteContainerFixture fixture) : StorageIdempotencyTests(fixture.Azurite), IClassFixture<AzuriteContainerFixture>;

/// <summary>One Azurite container for the tests of a class.</summary>
public sealed class AzuriteContainerFixture : IAsyncLifetime
{
    /// <summary>Null where no Docker engine answers.</summary>
    internal AzuriteContainer? Azurite { get; private set; }

    public async Task InitializeAsync()
    {
        if (DockerEngine.Missing is null)
        {
            Azurite = await AzuriteContainer.StartAsync();
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
