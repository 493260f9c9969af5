using Goim.Functions.Tests.Integration.Comet.JavaScript;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>A test with data that needs Chromium, which <c>./test</c> installs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumTheoryAttribute : TheoryAttribute
{
    public ChromiumTheoryAttribute() => Skip = Chromium.Missing;
}
