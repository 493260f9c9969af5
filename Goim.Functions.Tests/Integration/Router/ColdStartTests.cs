using System.Globalization;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>A node in memory that has just started (RouterNode__ColdStart): it knows user 42 and no other.</summary>
public sealed class ColdStartTests : IAsyncLifetime
{
    private const string NothingSent = "router node 1 started recently and may not know all sessions yet: nothing was sent.";
    private static readonly string[] Http = ["X-Goim-Errors: http"];
    private readonly Fault fault = new();
    private TestNode node = null!;
    private TestHost host = null!;

    public async Task InitializeAsync()
    {
        node = await TestNode.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton(fault);
                builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<Fault>());
            },
            "--RouterNode:ColdStart=00:10:00");
        host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);
        (await host.PostAsync("/1/router/mput", """{"puts":[{"key":"42_7","server":3}]}""")).HasData("""{"keys":["42_7"]}""");
        fault.Calls.Clear();
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task A_push_to_a_user_it_does_not_know_is_refused_once_with_the_time_that_is_left()
    {
        var answer = await host.PostRawAsync("/1/push?uid=43", "m"u8.ToArray(), Http);

        Assert.Equal(503, answer.Status);
        Assert.Contains(NothingSent, answer.Body, StringComparison.Ordinal);
        Assert.InRange(int.Parse(answer.Headers["Retry-After"], CultureInfo.InvariantCulture), 500, 600);
        Assert.Equal(["Get"], fault.Calls);
        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task A_push_to_a_user_it_knows_is_sent()
    {
        (await host.PostAsync("/1/push?uid=42", "m")).IsOk();
        (await host.PostAsync("/1/pushs", """{"m":1,"u":[42]}""")).IsOk();

        Assert.Equal(2, host.Records().Count);
    }

    [Fact]
    public async Task A_push_to_many_is_refused_if_it_does_not_know_one_of_them()
    {
        (await host.PostAsync("/1/pushs", """{"m":1,"u":[42,43]}""")).IsRefused(NothingSent);

        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task In_a_batch_only_the_pushes_to_users_it_does_not_know_are_refused()
    {
        const string Lines = """
            {"uid":42,"m":1}
            {"uid":43,"m":1}
            {"u":[42],"m":1}
            """;
        using var answer = await host.Http.PostAsync("/1/push/batch", new StringContent(Lines));
        var lines = (await answer.Content.ReadAsStringAsync()).TrimEnd().Split('\n').Select(line => JsonElement.Parse(line)).ToArray();

        Assert.Equal([1, 65535, 1], lines.Select(line => line.Ret()));
        lines[1].IsRefused(NothingSent);
        Assert.Equal(2, host.Records().Count);
    }

    [Fact]
    public async Task Concurrent_pushes_do_not_share_the_refusal_of_one()
    {
        var known = Enumerable.Range(0, 100).Select(_ => host.PostAsync("/1/push?uid=42&dry=1", "m")).ToArray();
        var unknown = Enumerable.Range(0, 100).Select(_ => host.PostAsync("/1/push?uid=43&dry=1", "m")).ToArray();

        Assert.All(await Task.WhenAll(known), answer => answer.HasData("""{"sessions":1,"servers":1,"records":1,"offline":[]}"""));
        Assert.All(await Task.WhenAll(unknown), answer => answer.IsRefused(NothingSent));
    }

    [Fact]
    public async Task Counts_are_refused()
    {
        (await host.GetAsync("/1/count?type=server"))
            .IsRefused("started recently and may not know all sessions yet: the count would be short.");
        (await host.GetAsync("/1/count?type=room")).IsRefused("started recently");
        (await host.GetAsync("/1/router/getall?node=1")).IsRefused("started recently");
        (await host.PostAsync("/1/router/mget", """{"userIds":[42,43]}""")).IsRefused("started recently");
    }

    // An app of an earlier version does not know of users that are not known.
    [Fact]
    public async Task A_call_that_does_not_allow_unknown_users_fails()
    {
        var packed = new PackedRouterRPC.PackedRouterRPCClient(node.Channel);

        Assert.Equal([1], (await packed.MGetAsync(new PackedMGetArg { UserIds = { 42 } })).Counts);
        await AssertColdAsync(async () => await packed.MGetAsync(new PackedMGetArg { UserIds = { 42, 43 } }));
    }

    [Fact]
    public async Task A_change_of_room_is_made_where_the_node_knows_the_user()
    {
        static MChangeRoomArg Changes(params long[] users) =>
            new() { Changes = { users.Select(user => new ChangeRoomArg { UserId = user, Seq = 7, RoomId = 9 }) } };

        await AssertColdAsync(async () => await node.Client.MChangeRoomAsync(Changes(42, 43)));
        Assert.Equal(-1, (await node.Client.MChangeRoomAsync(Changes(42))).Changes.Single().LeftRoomId);
    }

    [Fact]
    public async Task The_users_of_a_room_and_the_totals_are_refused()
    {
        var packed = new PackedRouterRPC.PackedRouterRPCClient(node.Channel);

        await AssertColdAsync(async () => await packed.RoomUsersAsync(new RoomUsersArg { RoomId = 7, Limit = 1 }));
        await AssertColdAsync(async () => await packed.TotalsAsync(new NoArg()));
    }

    [Fact]
    public async Task Connecting_is_possible()
    {
        (await host.PostAsync("/1/connect", """{"token":"43","server":3}""")).HasData("""{"key":"43_1","roomId":1}""");
        (await host.PostAsync("/1/disconnect", """{"key":"43_1"}""")).HasData("""{"has":true}""");
        (await host.PostAsync("/1/push?uid=43", "m")).IsOk();
    }

    private static async Task AssertColdAsync(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.InRange(int.Parse(refused.Trailers.GetValue("goim-cold")!, CultureInfo.InvariantCulture), 1, 600_000);
    }
}
