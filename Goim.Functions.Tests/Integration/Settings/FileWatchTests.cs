using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Settings;

/// <summary>No program takes one of the user's inotify instances, of which many machines have 128.</summary>
public sealed class FileWatchTests
{
    [Fact]
    public async Task A_router_node_watches_no_files()
    {
        using var certificates = new TestCertificates();
        await using var node = await RouterProcess.StartAsync(
            clock: null,
            $"--Kestrel:Certificates:Default:Path={certificates.ServerFile}",
            $"--Kestrel:Certificates:Default:KeyPath={certificates.KeyFile}");

        Assert.Equal(0, Inotify.InstancesOf(node.ProcessId));
    }

    [Fact]
    public async Task LocalHost_watches_no_files()
    {
        using var host = LocalHostProcess.Start(new Dictionary<string, string>(), "--urls", "http://127.0.0.1:0");
        await host.ReadToAsync("Press Ctrl+C");

        Assert.Equal(0, Inotify.InstancesOf(host.ProcessId));
    }

    [Fact]
    public async Task The_function_app_watches_no_files()
    {
        using var worker = new WorkerProcess();
        await worker.UntilConnectedAsync();

        Assert.Equal(0, Inotify.InstancesOf(worker.ProcessId));
    }
}
