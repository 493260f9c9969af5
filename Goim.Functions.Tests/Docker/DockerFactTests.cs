namespace Goim.Functions.Tests.Docker;

public sealed class DockerFactTests
{
    // Testcontainers knows where an engine may be. The workflow checks that no test is skipped where there is one.
    [Fact]
    public void What_needs_Docker_is_skipped_where_Testcontainers_finds_no_engine() =>
        Assert.Equal((DockerEngine.Missing, DockerEngine.Missing), (new DockerFactAttribute().Skip, new DockerTheoryAttribute().Skip));
}
