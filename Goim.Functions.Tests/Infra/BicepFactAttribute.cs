namespace Goim.Functions.Tests.Infra;

/// <summary>A test that needs the Bicep CLI, which a package brings for Linux on x64.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BicepFactAttribute : FactAttribute
{
    public BicepFactAttribute() => Skip = Bicep.Missing;
}

/// <summary>Tests that need the Bicep CLI, which a package brings for Linux on x64.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BicepTheoryAttribute : TheoryAttribute
{
    public BicepTheoryAttribute() => Skip = Bicep.Missing;
}
