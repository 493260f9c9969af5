using Goim.Functions.Tests.Docker;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A test that needs Azurite; <c>./test</c> installs it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AzuriteFactAttribute : FactAttribute
{
    public AzuriteFactAttribute() => Skip = Azurite.Missing;
}

/// <summary>Tests that need Azurite; <c>./test</c> installs it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AzuriteTheoryAttribute : TheoryAttribute
{
    public AzuriteTheoryAttribute() => Skip = Azurite.Missing;
}

/// <summary>A test over a process and over a container of Azurite, each skipped if it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Goim.Functions.Tests.Hosting.StorageFactDiscoverer", "Goim.Functions.Tests")]
public sealed class StorageFactAttribute : FactAttribute;

/// <summary>Tests over a process and over a container of Azurite, each skipped if it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Goim.Functions.Tests.Hosting.StorageTheoryDiscoverer", "Goim.Functions.Tests")]
public sealed class StorageTheoryAttribute : TheoryAttribute;

/// <summary>
/// Skips the inherited tests of a class if its Azurite is missing: the container for the Docker tests, the process for all others.
/// </summary>
public sealed class StorageFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    internal static string? Missing(ITestMethod test) =>
        test.TestClass.Class.Name.StartsWith(typeof(DockerEngine).Namespace!, StringComparison.Ordinal)
            ? DockerEngine.Missing
            : Azurite.Missing;

    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        Missing(testMethod) is { } missing
            ? Skipped(DiagnosticMessageSink, discoveryOptions, testMethod, missing)
            : base.CreateTestCase(discoveryOptions, testMethod, factAttribute);

    internal static XunitSkippedDataRowTestCase Skipped(
        IMessageSink diagnostics, ITestFrameworkDiscoveryOptions options, ITestMethod test, string missing) =>
        new(diagnostics, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), test, missing);
}

/// <summary>As <see cref="StorageFactDiscoverer"/>, for a theory.</summary>
public sealed class StorageTheoryDiscoverer(IMessageSink diagnostics) : TheoryDiscoverer(diagnostics)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        StorageFactDiscoverer.Missing(testMethod) is { } missing
            ? [StorageFactDiscoverer.Skipped(DiagnosticMessageSink, discoveryOptions, testMethod, missing)]
            : base.Discover(discoveryOptions, testMethod, theoryAttribute);
}
