using DotNet.Testcontainers.Configurations;

namespace Goim.Functions.Tests.Docker;

/// <summary>The Docker engine that tests start containers on.</summary>
internal static class DockerEngine
{
    /// <summary>Why a test is skipped; null if it is not.</summary>
    // Testcontainers tries each place where an engine may be, and keeps the first that answers.
    public static string? Missing { get; } =
        TestcontainersSettings.OS.DockerEndpointAuthConfig is null
            ? "No Docker engine answers, at DOCKER_HOST or on a socket of this machine."
            : null;
}
