using System.Text.Json;
using Azure.Storage.Queues.Models;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Journal;

/// <summary>Deletions that are asked for while the nodes' stores differ, on a real queue. User 2001 is on node 2.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class DifferentStoresTests(AzuriteFixture fixture)
{
    private static readonly string[] Entries =
    [
        """{"node":"2","userId":2001,"seq":1}""",
        """{"node":"1","server":5}""",
        """{"node":"2","server":5}""",
    ];

    // Which store has the session is not known, so an entry names none. The age of the deletion spares later sessions.
    [AzuriteFact]
    public async Task They_are_journalled_for_any_store_and_replayed_when_the_stores_agree()
    {
        await using var azurite = fixture.Azurite!.NewAccount();
        var first = new SaidHeaders { ["goim-store"] = "redis", ["goim-store-id"] = "00000000000000aa" };
        var second = new SaidHeaders { ["goim-store"] = "redis", ["goim-store-id"] = "00000000000000bb" };
        var (oneFault, twoFault) = (new Fault(), new Fault());
        await using var one = await StartAsync(first, oneFault);
        await using var two = await StartAsync(second, twoFault);
        await two.PutAsync(2001, 1, 3, 1);
        string[] settings =
        [
            $"--Router:Nodes:1={one.Address}", $"--Router:Nodes:2={two.Address}",
            $"--AzureWebJobsStorage={azurite.ConnectionString}",
        ];
        await using (var host = await TestHost.StartAsync([], [.. settings, "--AzureWebJobs.ReplayJournal.Disabled=true"]))
        {
            (await host.PostAsync("/1/router/delserver", """{"server":5}""")).HasData("""{"journalled":["1","2"]}""");
            (await host.PostAsync("/1/disconnect", """{"key":"2001_1"}""")).HasData("""{"journalled":true}""");
        }

        PeekedMessage[] messages = await azurite.Queue(JournalQueue.Name).PeekMessagesAsync(10);
        Assert.Equal(
            Entries.Order(StringComparer.Ordinal),
            messages.Select(message => WithoutTimes(message.MessageText)).Order(StringComparer.Ordinal));
        Assert.Empty(oneFault.Deletions.Concat(twoFault.Deletions));

        // Both have lost their data since, or one of them has been corrected.
        second["goim-store-id"] = first["goim-store-id"] = "00000000000000cc";
        await using var listening = await TestHost.StartAsync([], settings);
        await Eventually.UntilAsync(async () => await JournalQueue.CountAsync(listening, "replayed") == Entries.Length);

        Assert.Equal(0, (await two.Client.CountAsync(new NoArg())).Count);
        Assert.Equal([(5, "")], Servers(oneFault));
        Assert.Equal([(5, "")], Servers(twoFault));
    }

    private static Task<TestNode> StartAsync(SaidHeaders headers, Fault fault) => TestNode.StartAsync(builder =>
    {
        headers.AddTo(builder);
        builder.Services.AddSingleton(fault);
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<Fault>());
    });

    private static IEnumerable<(int Server, string StoreId)> Servers(Fault fault) =>
        fault.Deletions.OfType<DelServerArg>().Select(deletion => (deletion.Server, deletion.StoreId));

    private static string WithoutTimes(string message)
    {
        var entry = JsonElement.Parse(Convert.FromBase64String(message)).EnumerateObject()
            .Where(member => member.Name is not ("ageMs" or "beforeUnixMs"));
        return $"{{{string.Join(',', entry.Select(member => $"\"{member.Name}\":{member.Value.GetRawText()}"))}}}";
    }
}
