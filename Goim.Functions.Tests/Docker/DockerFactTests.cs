namespace Goim.Functions.Tests.Docker;

public sealed class DockerFactTests
{
    // Where an engine may be is Testcontainers' to know; that nothing is skipped where there is one, the workflow checks.
    [Fact]
    public void What_needs_Docker_is_skipped_where_Testcontainers_finds_no_engine() =>
        Assert.Equal((DockerEngine.Missing, DockerEngine.Missing), (new DockerFactAttribute().Skip, new DockerTheoryAttribute().Skip));
}
