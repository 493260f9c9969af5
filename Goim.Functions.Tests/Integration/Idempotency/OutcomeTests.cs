using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Idempotency;

/// <summary>Over an Azurite process.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class OutcomeTests(AzuriteFixture fixture) : StorageOutcomeTests(fixture.Azurite);
