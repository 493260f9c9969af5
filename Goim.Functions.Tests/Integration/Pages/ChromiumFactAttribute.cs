using Goim.Functions.Tests.Integration.Comet.JavaScript;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>A test that needs Chromium, which <c>./test</c> installs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = Chromium.Missing;
}
