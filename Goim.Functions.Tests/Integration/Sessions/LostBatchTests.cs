using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Journal;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Sessions;

/// <summary>Connects of many clients that the node carries out and whose answer is lost: nothing of what is refused is left.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class LostBatchTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const int Clients = 200;
    private const string Lost = "router node 1 did not answer: the client is not connected.";
    private const string First = "000102030405060708090a0b0c0d0e0f", Second = "f00102030405060708090a0b0c0d0e0f";
    private const string Two = $$"""{"server":3,"tokens":["42","43"],"requestIds":["{{First}}","{{Second}}"]}""";
    private const string KeysOfTwo = """{"clients":[{"key":"42_1","roomId":1},{"key":"43_1","roomId":1}]}""";
    private readonly Fault fault = new();
    private TestNode node = null!;

    private static string Many =>
        $$"""{"server":3,"tokens":[{{string.Join(',', Enumerable.Range(1, Clients).Select(id => $"\"{id}\""))}}]}""";

    public async Task InitializeAsync() => node = await Fault.StartNodeAsync(fault);

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task One_call_deletes_them_where_the_node_answers_again()
    {
        await using var host = await StartAsync();
        await host.GetAsync("/1/router/ping");
        fault.LoseNext(3);

        AssertAllMayRetry(await host.PostAsync("/1/connects", Many));

        Assert.Equal(["MPut", "MPut", "MPut", "MDel"], fault.Calls.Take(4));
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Clients_of_an_answer_that_is_not_well_formed_are_refused_and_deleted()
    {
        await using var host = await StartAsync();
        fault.SpoilMany = answer => (answer as MPutReply)?.Seqs.RemoveAt(0);

        (await host.PostAsync("/1/connects", """{"server":3,"tokens":["42","43"]}""")).HasData(
            """
            {"clients":[{"error":"token 1: router node 1 answered an error (DataLoss): the client is not connected.","retry":true},
            {"error":"token 2: router node 1 answered an error (DataLoss): the client is not connected.","retry":true}]}
            """.ReplaceLineEndings(""));
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_client_without_a_number_and_without_a_reason_is_refused_and_deleted()
    {
        await using var host = await StartAsync();
        fault.SpoilMany = answer =>
        {
            if (answer is MPutReply puts)
            {
                puts.Seqs[1] = 0;
            }
        };

        (await host.PostAsync("/1/connects", """{"server":3,"tokens":["42","43"]}""")).HasData(
            """
            {"clients":[{"key":"42_1","roomId":1},
            {"error":"token 2: router node 1 answered an error (Unknown): the client is not connected.","retry":true}]}
            """.ReplaceLineEndings(""));
        await Eventually.UntilAsync(async () => (await node.Client.CountAsync(new NoArg())).Count == 1);
    }

    [Fact]
    public async Task Deletions_of_an_answer_that_is_not_well_formed_are_not_confirmed()
    {
        await using var host = await StartAsync();
        fault.SpoilMany = answer => (answer as MDelReply)?.Has.RemoveAt(0);

        (await host.PostAsync("/1/disconnects", """{"keys":["42_1","43_1"]}"""))
            .HasData("""{"has":[null,null],"journalled":[],"failed":[0,1]}""");
    }

    [Fact]
    public async Task Without_storage_the_app_deletes_them_when_the_node_answers_again()
    {
        await using var host = await StartAsync();
        await host.GetAsync("/1/router/ping");
        fault.LoseNext(3);
        fault.Refuses = method => method == "MDel";

        AssertAllMayRetry(await host.PostAsync("/1/connects", Many));
        Assert.Equal(Clients, (await node.Client.CountAsync(new NoArg())).Count);
        fault.Refuses = _ => false;

        await AssertNothingIsLeftAsync();
    }

    [AzuriteFact]
    public async Task With_storage_the_journal_deletes_them()
    {
        await using var account = azurite.Azurite!.NewAccount();
        await using var host = await StartAsync($"--AzureWebJobsStorage={account.ConnectionString}");
        await host.GetAsync("/1/router/ping");
        fault.LoseNext(3);
        fault.Refuses = method => method == "MDel";

        AssertAllMayRetry(await host.PostAsync("/1/connects", Many));

        Assert.Equal(Clients, await JournalQueue.CountAsync(host, "queued"));
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Their_request_ids_are_refused_afterwards_and_the_client_may_come_back_with_another()
    {
        await using var host = await StartAsync();
        await host.GetAsync("/1/router/ping");
        fault.LoseNext(3);
        await host.PostAsync("/1/connects", Two);

        var clients = (await host.PostAsync("/1/connects", Two.Replace(Second, new string('a', 32), StringComparison.Ordinal)))
            .GetProperty("data").GetProperty("clients");

        Assert.StartsWith(
            $"token 1: requestId is '{First}': it was used for a request that was refused,",
            clients[0].GetProperty("error").GetString(),
            StringComparison.Ordinal);
        Assert.True(clients[0].GetProperty("retry").GetBoolean());
        Assert.Equal("43_2", clients[1].GetProperty("key").GetString());
    }

    [Fact]
    public async Task Repeats_while_the_first_call_is_under_way_share_its_end()
    {
        await using var host = await StartAsync();
        await host.GetAsync("/1/router/ping");
        fault.Hold(1);
        var first = host.PostAsync("/1/connects", Two);
        await Eventually.UntilAsync(() => !fault.Calls.IsEmpty);
        var repeat = host.PostAsync("/1/connects", Two);
        var ofOne = host.PostAsync("/1/connect", $$"""{"token":"42","server":3,"requestId":"{{First}}"}""");
        fault.Release();

        (await first).HasData(KeysOfTwo);
        (await repeat).HasData(KeysOfTwo);
        (await ofOne).HasData("""{"key":"42_1","roomId":1}""");
        Assert.Equal(2, (await node.Client.CountAsync(new NoArg())).Count);
    }

    // The first caller gives up before the call's deadline and repeats it, as a comet does.
    [Fact]
    public async Task Repeats_while_the_first_call_is_under_way_are_refused_with_it()
    {
        await using var host = await StartAsync("--Router:CallTimeout=00:00:02");
        await host.GetAsync("/1/router/ping");
        fault.Hold(1);
        var first = host.PostAsync("/1/connects", Two);
        await Eventually.UntilAsync(() => !fault.Calls.IsEmpty);
        var repeat = host.PostAsync("/1/connects", Two);

        Assert.Contains(Lost, (await first).GetRawText(), StringComparison.Ordinal);
        Assert.Contains(Lost, (await repeat).GetRawText(), StringComparison.Ordinal);
        Assert.Contains($"requestId is '{Second}'", (await host.PostAsync("/1/connects", Two)).GetRawText(), StringComparison.Ordinal);
        Assert.Equal(["MPut"], fault.Calls.Where(call => call == "MPut"));
        await AssertNothingIsLeftAsync();
    }

    private Task<TestHost> StartAsync(params string[] settings) =>
        TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}", .. settings]);

    private static void AssertAllMayRetry(System.Text.Json.JsonElement answer)
    {
        var clients = answer.GetProperty("data").GetProperty("clients").EnumerateArray().Select(client => client.GetRawText());
        Assert.Equal(Enumerable.Range(1, Clients).Select(i => $$"""{"error":"token {{i}}: {{Lost}}","retry":true}"""), clients);
    }

    private Task AssertNothingIsLeftAsync() => Eventually.UntilAsync(async () => (await node.Client.CountAsync(new NoArg())).Count == 0);
}
