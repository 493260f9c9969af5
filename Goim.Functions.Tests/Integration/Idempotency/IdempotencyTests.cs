using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Idempotency;

/// <summary>Idempotency keys over an Azurite process.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class IdempotencyTests(IdempotencyTests.OneHost shared)
    : StorageIdempotencyTests(shared), IClassFixture<IdempotencyTests.OneHost>
{
    public sealed class OneHost(AzuriteFixture fixture) : StorageHost
    {
        internal override ITestStorage? Storage { get; } = fixture.Azurite?.NewAccount();
    }
}
