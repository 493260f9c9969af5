using Goim.Functions.Tests.Integration.Comet.JavaScript;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>A test that needs Chromium and axe-core; <c>./test</c> installs both.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AxeFactAttribute : FactAttribute
{
    public AxeFactAttribute() => Skip = Chromium.Missing ?? ConsoleAxe.Missing;
}

/// <summary>Tests that need Chromium and axe-core.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AxeTheoryAttribute : TheoryAttribute
{
    public AxeTheoryAttribute() => Skip = Chromium.Missing ?? ConsoleAxe.Missing;
}
