using System.Text;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Journal;

/// <summary>The journal's queue, and hosts that write it or replay it.</summary>
internal static class JournalQueue
{
    public const string Name = "goim-router-journal", Poison = "goim-router-journal-poison";

    public static async Task SendAsync(ITestStorage azurite, string message) =>
        await azurite.Queue(Name).SendMessageAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(message)));

    // With the function disabled the entries stay in the queue, so that a test can read them.
    public static Task<TestHost> StartAsync(ITestStorage azurite) =>
        TestHost.StartAsync(
            ["1", "2"],
            [$"--AzureWebJobsStorage={azurite.ConnectionString}", "--AzureWebJobs.ReplayJournal.Disabled=true"]);

    public static async Task<int> CountAsync(TestHost host, string counter) =>
        (await host.StatAsync()).GetProperty("journal").GetProperty(counter).GetInt32();

    public static Task<TestHost> ListeningAsync(ITestStorage azurite, TestHost host) => TestHost.StartAsync(
        [],
        [
            $"--AzureWebJobsStorage={azurite.ConnectionString}",
            .. host.Nodes.Select(node => $"--Router:Nodes:{node.Key}={node.Value.Address}"),
        ]);
}
