using Goim.Functions.Tests.Hosting;


namespace Goim.Functions.Tests.Integration.Idempotency;

/// <summary>Idempotency keys over an Azurite process.</summary>
public sealed class IdempotencyTests(AzuriteFixture fixture) : StorageIdempotencyTests(fixture.Azurite), IClassFixture<AzuriteFixture>;
