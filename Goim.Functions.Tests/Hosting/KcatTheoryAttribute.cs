namespace Goim.Functions.Tests.Hosting;

/// <summary>Tests that need kcat, as <see cref="KcatFactAttribute"/> does.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KcatTheoryAttribute : TheoryAttribute
{
    public KcatTheoryAttribute() => Skip = new KcatFactAttribute().Skip;
}
