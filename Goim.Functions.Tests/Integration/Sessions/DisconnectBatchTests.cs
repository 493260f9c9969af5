using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Journal;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Sessions;

/// <summary>Many disconnects in one call, over two nodes. Placed by Vectors/ketama.json: 2001 on node 2, 2002 on node 1.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class DisconnectBatchTests(AzuriteFixture azurite)
{
    private const string Two = """{"keys":["2001_1","2002_1"]}""";

    [Fact]
    public async Task Each_key_is_answered_for_itself_in_order()
    {
        await using var host = await TestHost.StartAsync(["1", "2"], []);
        await host.PostAsync("/1/connects", """{"server":3,"tokens":["2001","2002","2001"]}""");

        (await host.PostAsync("/1/disconnects", """{"keys":["2001_2","2002_7","2002_1","2001_2"]}"""))
            .HasData("""{"has":[true,false,true,false],"journalled":[],"failed":[]}""");

        (await host.GetAsync("/1/router/get?uid=2001")).HasData("""{"userId":2001,"sessions":[{"seq":1,"server":3}]}""");
        (await host.CountNowAsync("allroomcount")).HasData("""{"counter":{"1":1}}""");
    }

    [Fact]
    public async Task Without_storage_what_a_node_does_not_confirm_is_failed()
    {
        await using var host = await TestHost.StartAsync(["1", "2"], []);
        await host.PostAsync("/1/connects", """{"server":3,"tokens":["2001","2002"]}""");
        await host.Nodes["2"].DisposeAsync();

        (await host.PostAsync("/1/disconnects", Two)).HasData("""{"has":[null,true],"journalled":[],"failed":[0]}""");
    }

    [AzuriteFact]
    public async Task With_storage_what_a_node_does_not_confirm_is_journalled_and_carried_out()
    {
        await using var account = azurite.Azurite!.NewAccount();
        var fault = new Fault();
        await using var node = await Fault.StartNodeAsync(fault);
        await using var host = await TestHost.StartAsync(
            [], [$"--Router:Nodes:1={node.Address}", $"--AzureWebJobsStorage={account.ConnectionString}"]);
        await host.PostAsync("/1/connects", """{"server":3,"tokens":["2001","2002"]}""");
        fault.FailNext(3);

        (await host.PostAsync("/1/disconnects", Two)).HasData("""{"has":[null,null],"journalled":[0,1],"failed":[]}""");

        await Eventually.UntilAsync(async () => await JournalQueue.CountAsync(host, "replayed") == 2);
        Assert.Equal(0, (await node.Client.CountAsync(new NoArg())).Count);
    }

    [AzuriteFact]
    public async Task With_the_storage_down_too_what_a_node_does_not_confirm_is_failed()
    {
        await using var account = azurite.Azurite!.NewAccount();
        await using var storage = await StorageProxy.StartAsync(account);
        await using var host = await TestHost.StartAsync(["1"], [$"--AzureWebJobsStorage={storage.ConnectionString}"]);
        await host.Nodes["1"].DisposeAsync();
        storage.Refuses = request => request.Method == "POST";

        (await host.PostAsync("/1/disconnects", Two)).HasData("""{"has":[null,null],"journalled":[],"failed":[0,1]}""");
    }

    [AzuriteFact]
    public async Task A_caller_who_leaves_does_not_end_the_deletions()
    {
        await using var account = azurite.Azurite!.NewAccount();
        var fault = new Fault();
        await using var node = await Fault.StartNodeAsync(fault);
        await using var host = await TestHost.StartAsync(
            [],
            [
                $"--Router:Nodes:1={node.Address}",
                $"--AzureWebJobsStorage={account.ConnectionString}",
                "--AzureWebJobs.ReplayJournal.Disabled=true"
            ]);
        fault.Hold();
        using var leaving = new CancellationTokenSource();
        var disconnects = host.Http.PostAsync("/1/disconnects", new StringContent(Two), leaving.Token);
        await Eventually.UntilAsync(() => !fault.Calls.IsEmpty);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => disconnects);
        await Eventually.UntilAsync(async () => await JournalQueue.CountAsync(host, "queued") == 2);
    }

    [Fact]
    public async Task Many_clients_are_one_call_to_a_node()
    {
        var fault = new Fault();
        await using var node = await Fault.StartNodeAsync(fault);
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);
        await host.PostAsync("/1/connects", """{"server":3,"tokens":["2001","2002"]}""");
        (await host.PostAsync("/1/disconnects", Two)).HasData("""{"has":[true,true],"journalled":[],"failed":[]}""");

        Assert.Equal(["MPut", "MDel"], fault.Calls);
    }
}
