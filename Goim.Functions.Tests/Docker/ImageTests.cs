using System.Diagnostics;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Docker;

/// <summary>The images' ports, users and health checks, by their Dockerfiles.</summary>
public sealed class ImageTests
{
    [Theory]
    [InlineData("Goim.Comet", 8090)]
    [InlineData("Goim.Router", 7270)]
    [InlineData("Goim.LocalHost", 7071)]
    [InlineData("Goim.Functions", 8080)]
    public void An_image_listens_where_it_is_asked_for_its_health_and_not_as_root(string project, int port)
    {
        var lines = Text($"{project}/Dockerfile").Split('\n');

        Assert.Contains(lines, line => line.Contains($"ASPNETCORE_URLS=http://0.0.0.0:{port}", StringComparison.Ordinal));
        Assert.Contains($"EXPOSE {port}", lines);
        var healthCheck = lines.Single(line => line.StartsWith("    CMD [", StringComparison.Ordinal));
        Assert.Contains($"/dev/tcp/127.0.0.1/{port}", healthCheck, StringComparison.Ordinal);
        Assert.Equal("USER $APP_UID", lines.Last(line => line.StartsWith("USER ", StringComparison.Ordinal)));
    }

    // The Functions host answers a request without a Host header with 500, since its HTTP trigger builds a URL from the header
    // (azure-webjobs-sdk-extensions HttpTriggerAttributeBindingProvider.cs, ToInvokeString).
    [Theory]
    [InlineData("Goim.Comet", 8090)]
    [InlineData("Goim.LocalHost", 7071)]
    [InlineData("Goim.Functions", 8080)]
    public async Task An_images_health_check_passes_while_all_is_well_and_only_then(string project, int port)
    {
        var line = Text($"{project}/Dockerfile").Split('\n').Single(line => line.StartsWith("    CMD [", StringComparison.Ordinal));
        var command = JsonElement.Parse(line["    CMD ".Length..]).EnumerateArray().Select(part => part.GetString()!).ToList();
        await using var host = await TestHost.StartAsync();
        command[^1] = command[^1].Replace($"/{port} ", $"/{host.Http.BaseAddress!.Port} ", StringComparison.Ordinal);

        Assert.Contains("\\r\\nHost: localhost\\r\\n", command[^1], StringComparison.Ordinal);
        await Eventually.UntilAsync(async () => await ExitCodeAsync(command) == 0);
        await host.Nodes["1"].DisposeAsync();
        await Eventually.UntilAsync(async () => await ExitCodeAsync(command) != 0);
    }

    private static async Task<int> ExitCodeAsync(List<string> command)
    {
        using var process = Process.Start(command[0], command.Skip(1));
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static string Text(string path) => File.ReadAllText(Path.Combine(DocumentationTests.Repository(), path));
}
