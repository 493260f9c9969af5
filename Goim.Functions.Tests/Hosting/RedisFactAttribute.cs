using Xunit.Abstractions;
using Xunit.Sdk;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A test that needs redis-server; <c>./test</c> installs it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() => Skip = RedisServer.Missing;
}

/// <summary>A test that needs redis-server and Azurite; <c>./test</c> installs them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RedisAndAzuriteFactAttribute : FactAttribute
{
    public RedisAndAzuriteFactAttribute() => Skip = RedisServer.Missing ?? Azurite.Missing;
}

/// <summary>Tests that need redis-server; <c>./test</c> installs it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RedisTheoryAttribute : TheoryAttribute
{
    public RedisTheoryAttribute() => Skip = RedisServer.Missing;
}

/// <summary>A test of each store: that of Redis needs redis-server.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Goim.Functions.Tests.Hosting.StoreFactDiscoverer", "Goim.Functions.Tests")]
public sealed class StoreFactAttribute : FactAttribute;

/// <summary>Skips the inherited tests of a class whose name contains Redis if redis-server is not installed.</summary>
public sealed class StoreFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        RedisServer.Missing is { } missing && testMethod.TestClass.Class.Name.Contains("Redis", StringComparison.Ordinal)
            ? new XunitSkippedDataRowTestCase(
                DiagnosticMessageSink,
                discoveryOptions.MethodDisplayOrDefault(),
                discoveryOptions.MethodDisplayOptionsOrDefault(),
                testMethod,
                missing)
            : base.CreateTestCase(discoveryOptions, testMethod, factAttribute);
}
