using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Journal;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Sessions;

/// <summary>Connects whose call ends at its deadline, and arrives at the node all the same: nothing of them is left.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class LostPutTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const int Clients = 20;
    private const string RequestId = "000102030405060708090a0b0c0d0e0f";
    private const string Connect = $$"""{"token":"42","server":3,"requestId":"{{RequestId}}"}""";
    private readonly Fault fault = new();
    private TestNode node = null!;

    public async Task InitializeAsync() => node = await Fault.StartNodeAsync(fault);

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Theory]
    [InlineData("/1/connect", "token", "the client is not connected.")]
    [InlineData("/1/router/put", "userId", "the session is not put.")]
    public async Task Without_storage_the_app_itself_deletes_what_it_refused(string url, string user, string consequence)
    {
        await using var host = await StartAsync();

        await RefuseAsync(host, url, user, consequence, held: 2 * Clients);

        await AllAreDeletedAsync();
        await AssertNothingIsLeftAsync();
    }

    [AzuriteFact]
    public async Task With_storage_the_journal_deletes_what_was_refused()
    {
        await using var account = azurite.Azurite!.NewAccount();
        await using var host = await StartAsync($"--AzureWebJobsStorage={account.ConnectionString}");

        await RefuseAsync(host, "/1/connect", "token", "the client is not connected.", held: 2 * Clients);

        await Eventually.UntilAsync(async () => await JournalQueue.CountAsync(host, "replayed") == Clients);
        await AllAreDeletedAsync();
        await AssertNothingIsLeftAsync();
    }

    [AzuriteFact]
    public async Task A_node_that_answers_again_deletes_before_the_answer_and_without_the_journal()
    {
        await using var account = azurite.Azurite!.NewAccount();
        await using var host = await StartAsync($"--AzureWebJobsStorage={account.ConnectionString}");
        await host.GetAsync("/1/router/ping");
        fault.LoseNext(3);

        (await host.PostAsync("/1/connect", """{"token":"42","server":3}""")).IsRefused("the client is not connected.");

        Assert.Equal(0, (await node.Client.CountAsync(new NoArg())).Count);
        Assert.Single(fault.Deletions);
        Assert.Equal(0, await JournalQueue.CountAsync(host, "queued"));
    }

    [Fact]
    public async Task The_request_id_of_a_refused_connect_is_refused_afterwards()
    {
        await using var host = await StartAsync();
        fault.Hold(1);
        (await host.PostAsync("/1/connect", Connect)).IsRefused("did not answer");
        await Eventually.UntilAsync(() => fault.Deletions.Count == 1);
        await AssertNothingIsLeftAsync();

        var again = await host.PostRawAsync("/1/connect", System.Text.Encoding.ASCII.GetBytes(Connect), "X-Goim-Errors: http");

        Assert.Equal(400, again.Status);
        Assert.Contains($"requestId is '{RequestId}'", again.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connect_whose_caller_leaves_is_undone()
    {
        var caller = new SeenCaller();
        await using var host = await TestHost.StartAsync(
            [], [$"--Router:Nodes:1={node.Address}"], configure: caller.AddTo);
        await LeaveAsync(host, """{"token":"42","server":3}""");
        await caller.LeftAsync();
        fault.Release();

        await Eventually.UntilAsync(() => !fault.Deletions.IsEmpty);
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_connect_with_a_request_id_outlives_its_caller_and_is_there_for_the_repeat()
    {
        await using var host = await StartAsync("--Router:CallTimeout=00:00:30");
        await LeaveAsync(host, Connect);
        fault.Release();

        (await host.PostAsync("/1/connect", Connect)).HasData("""{"key":"42_1","roomId":1}""");
        Assert.Equal(1, (await node.Client.CountAsync(new NoArg())).Count);
        Assert.Empty(fault.Deletions);
    }

    // The first caller gives up before the call's deadline and repeats the connect, as a comet does.
    [Fact]
    public async Task A_repeat_while_the_first_attempt_is_under_way_shares_its_end()
    {
        await using var host = await StartAsync("--Router:CallTimeout=00:00:02");
        await host.GetAsync("/1/router/ping");
        fault.Hold(1);
        var first = host.PostAsync("/1/connect", Connect);
        await Eventually.UntilAsync(() => !fault.Calls.IsEmpty);
        var repeat = host.PostAsync("/1/connect", Connect);
        (await first).IsRefused("did not answer");
        (await repeat).IsRefused("did not answer");

        // Until the deletion has arrived, a further repeat must not be answered with the session.
        (await host.PostAsync("/1/connect", Connect)).IsRefused($"requestId is '{RequestId}'");
        await Eventually.UntilAsync(() => !fault.Deletions.IsEmpty);
        await AssertNothingIsLeftAsync();
        Assert.Equal(["Put"], fault.Calls.Where(call => call == "Put"));
    }

    [Fact]
    public async Task A_repeat_by_a_caller_who_gave_up_keeps_its_session()
    {
        await using var host = await StartAsync("--Router:CallTimeout=00:00:02");
        await using var other = await StartAsync("--Router:CallTimeout=00:00:30");
        await host.GetAsync("/1/router/ping");
        await other.GetAsync("/1/router/ping");
        await LeaveAsync(host, Connect);

        // Another instance gets the repeat. The first attempt ends at its deadline, and must not take the session away.
        (await other.PostAsync("/1/connect", Connect)).HasData("""{"key":"42_1","roomId":1}""");
        Assert.False(await fault.Cancelled.Task.WaitAsync(Eventually.Limit));

        // The first instance may learn of the deadline after the node. Until then a repeat has the end of the first attempt.
        var repeated = default(JsonElement);
        await Eventually.UntilAsync(async () => (repeated = await host.PostAsync("/1/connect", Connect)).Ret() == 1);
        repeated.HasData("""{"key":"42_1","roomId":1}""");
        Assert.Empty(fault.Deletions);
    }

    private Task<TestHost> StartAsync(params string[] settings) =>
        TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}", "--Router:CallTimeout=00:00:00.500", .. settings]);

    // The put reaches the node and is held there; then the caller leaves.
    private async Task LeaveAsync(TestHost host, string body)
    {
        fault.Hold(1);
        using var leaving = new CancellationTokenSource();
        var connect = host.Http.PostAsync("/1/connect", new StringContent(body), leaving.Token);
        await Eventually.UntilAsync(() => !fault.Calls.IsEmpty);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect);
    }

    // Each put reaches the node, is held there until its deadline, and is then carried out. So is each first deletion.
    private async Task RefuseAsync(TestHost host, string url, string user, string consequence, int held)
    {
        await host.GetAsync("/1/router/ping");
        fault.Hold(held);
        var quote = user == "token" ? "\"" : "";
        var answers = await Task.WhenAll(Enumerable.Range(1, Clients).Select(id =>
            host.PostAsync(url, $$"""{"{{user}}":{{quote}}{{id}}{{quote}},"server":3}""")));
        Assert.All(answers, answer => answer.IsRefused($"router node 1 did not answer: {consequence}"));
    }

    // The node has been asked to delete each put by its id.
    private Task AllAreDeletedAsync() => Eventually.UntilAsync(() =>
        fault.Deletions.OfType<DelArg>().Select(del => del.RequestId).Where(id => !id.IsEmpty).Distinct().Count() == Clients);

    private Task AssertNothingIsLeftAsync() => Eventually.UntilAsync(async () => (await node.Client.CountAsync(new NoArg())).Count == 0);
}
