namespace Goim.Functions.Tests.Docker;

/// <summary>A test that needs a Docker engine.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DockerFactAttribute : FactAttribute
{
    public DockerFactAttribute() => Skip = DockerEngine.Missing;
}

/// <summary>Tests that need a Docker engine.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DockerTheoryAttribute : TheoryAttribute
{
    public DockerTheoryAttribute() => Skip = DockerEngine.Missing;
}
