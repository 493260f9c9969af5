namespace Goim.Functions.Tests.Hosting;

/// <summary>A theory that needs kcat, as <see cref="KcatFactAttribute"/> does.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KcatTheoryAttribute : TheoryAttribute
{
    public KcatTheoryAttribute() => Skip = new KcatFactAttribute().Skip;
}
