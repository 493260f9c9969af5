using Xunit.Abstractions;
using Xunit.Sdk;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>
/// A test of client.js: in a class whose name begins with Browser it needs Chromium, which <c>./test</c> installs, and Node.js in each.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Goim.Functions.Tests.Integration.Comet.JavaScript.JavaScriptFactDiscoverer", "Goim.Functions.Tests")]
public sealed class JavaScriptFactAttribute : FactAttribute;

/// <summary>Skips a test whose browser or Node.js is not installed.</summary>
public sealed class JavaScriptFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        Missing(testMethod.TestClass.Class.Name) is { } missing
            ? new XunitSkippedDataRowTestCase(
                DiagnosticMessageSink,
                discoveryOptions.MethodDisplayOrDefault(),
                discoveryOptions.MethodDisplayOptionsOrDefault(),
                testMethod,
                missing)
            : base.CreateTestCase(discoveryOptions, testMethod, factAttribute);

    private static string? Missing(string name) =>
        name.Contains(".Browser", StringComparison.Ordinal) ? Chromium.Missing : NodeClient.Missing;
}

/// <summary>Tests of client.js in Node.js.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class JavaScriptTheoryAttribute : TheoryAttribute
{
    public JavaScriptTheoryAttribute() => Skip = NodeClient.Missing;
}
