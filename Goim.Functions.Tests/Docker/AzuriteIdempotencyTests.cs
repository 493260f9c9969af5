using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Idempotency;

namespace Goim.Functions.Tests.Docker;

/// <summary>Idempotency keys over Azurite in a container.</summary>
[Trait("Category", "Docker")]
public sealed class AzuriteIdempotencyTests(AzuriteContainerHost shared)
    : StorageIdempotencyTests(shared), IClassFixture<AzuriteContainerHost>;

/// <summary>Idempotency keys over Azurite in a container, with a broker that is late.</summary>
[Trait("Category", "Docker")]
public sealed class AzuriteOutcomeTests(AzuriteContainerHost shared)
    : StorageOutcomeTests(shared.Storage), IClassFixture<AzuriteContainerHost>;

/// <summary>One Azurite container for the tests of a class, and a host over it.</summary>
public sealed class AzuriteContainerHost : StorageHost, IAsyncLifetime
{
    private AzuriteContainer? azurite;

    internal override ITestStorage? Storage => azurite;

    async Task IAsyncLifetime.InitializeAsync()
    {
        if (DockerEngine.Missing is null)
        {
            azurite = await AzuriteContainer.StartAsync();
        }

        await InitializeAsync();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await (azurite?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
