using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Sessions;

/// <summary>A caller of <c>connects</c> leaves while the router node carries the call out.</summary>
public sealed class LeavingBatchTests : IAsyncLifetime
{
    private const int Clients = 200;
    private const string Two = """
        {"server":3,"tokens":["42","43"],"requestIds":["000102030405060708090a0b0c0d0e0f","f00102030405060708090a0b0c0d0e0f"]}
        """;

    private readonly Fault fault = new();
    private TestNode node = null!;

    private static string Many =>
        $$"""{"server":3,"tokens":[{{string.Join(',', Enumerable.Range(1, Clients).Select(id => $"\"{id}\""))}}]}""";

    public async Task InitializeAsync() => node = await Fault.StartNodeAsync(fault);

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task Clients_without_request_ids_are_deleted_if_the_caller_leaves()
    {
        var caller = new SeenCaller();
        await using var host = await StartAsync(caller);
        await LeaveAsync(host, caller, Many);

        await Eventually.UntilAsync(() => fault.Deletions.Count == Clients);
        await Eventually.UntilAsync(async () => (await node.Client.CountAsync(new NoArg())).Count == 0);
    }

    [Fact]
    public async Task Clients_with_request_ids_are_there_for_the_repeat_if_the_caller_leaves()
    {
        var caller = new SeenCaller();
        await using var host = await StartAsync(caller);
        await LeaveAsync(host, caller, Two);

        (await host.PostAsync("/1/connects", Two))
            .HasData("""{"clients":[{"key":"42_1","roomId":1},{"key":"43_1","roomId":1}]}""");
        Assert.Empty(fault.Deletions);
        Assert.Equal(2, (await node.Client.CountAsync(new NoArg())).Count);
    }

    private Task<TestHost> StartAsync(SeenCaller caller) =>
        TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"], configure: caller.AddTo);

    // The MPut reaches the node and is held there; then the caller leaves, and the node goes on.
    private async Task LeaveAsync(TestHost host, SeenCaller caller, string body)
    {
        fault.Hold(1);
        using var leaving = new CancellationTokenSource();
        var connects = host.Http.PostAsync("/1/connects", new StringContent(body), leaving.Token);
        await Eventually.UntilAsync(() => !fault.Calls.IsEmpty);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connects);
        await caller.LeftAsync();
        fault.Release();
    }
}
