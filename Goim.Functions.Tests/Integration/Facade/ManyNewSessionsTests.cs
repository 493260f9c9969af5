using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Facade;

/// <summary>New sessions of many users in one mput: how many calls they take, and what a node that fails half way leaves.</summary>
public sealed class ManyNewSessionsTests : IAsyncLifetime
{
    private const string Batches = "--Router:BatchSize=1000";
    private readonly Fault fault = new();
    private TestNode node = null!;

    public async Task InitializeAsync() => node = await Fault.StartNodeAsync(fault);

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task Ten_thousand_users_take_two_calls_of_each_of_two_nodes_at_most()
    {
        var otherFault = new Fault();
        await using var other = await Fault.StartNodeAsync(otherFault);
        await using var host = await TestHost.StartAsync(
            [], [$"--Router:Nodes:1={node.Address}", $"--Router:Nodes:2={other.Address}"]);

        var answer = await host.PostAsync("/1/router/mput", Body(Enumerable.Range(1, 10_000)));

        Assert.Equal(Enumerable.Range(1, 10_000).Select(user => $"{user}_1"), Keys(answer));
        Assert.All([fault, otherFault], each => Assert.InRange(each.Calls.Count, 1, 2));
        Assert.All([fault, otherFault], each => Assert.All(each.Calls, call => Assert.Equal("MPut", call)));
        var counted = (await host.StatAsync()).GetProperty("routers").EnumerateArray().Sum(each => each.GetProperty("calls").GetInt32());
        Assert.InRange(counted, 2, 10);
    }

    [Fact]
    public async Task Entries_of_one_user_get_numbers_in_their_order()
    {
        await using var host = await StartAsync(Batches);

        var answer = await host.PostAsync("/1/router/mput", Body(Enumerable.Repeat(42, 2_500)));

        Assert.Equal(Enumerable.Range(1, 2_500).Select(seq => $"42_{seq}"), Keys(answer));
    }

    [Fact]
    public async Task A_batch_whose_answers_are_lost_half_way_leaves_no_session_and_the_others_stay()
    {
        await using var host = await StartAsync(Batches);
        var batches = 0;
        fault.SpoilMany = answer =>
        {
            if (answer is MPutReply && ++batches == 2)
            {
                fault.LoseNext(3);
            }
        };

        var answer = await host.PostAsync("/1/router/mput", Body(Enumerable.Range(1, 3_000)));

        AssertSecondBatchFailed(answer);
        Assert.Equal(["MPut", "MPut", "MPut", "MPut", "MPut", "MDel"], fault.Calls);
        Assert.Equal(2_000, (await node.Client.CountAsync(new NoArg())).Count);

        // Their numbers were given once and are not given again.
        Assert.Equal(
            Enumerable.Range(1_001, 1_000).Select(user => $"{user}_2"),
            Keys(await host.PostAsync("/1/router/mput", Body(Enumerable.Range(1_001, 1_000)))));
    }

    [Fact]
    public async Task A_batch_that_a_node_refuses_half_way_fails_alone()
    {
        await using var host = await StartAsync(Batches);
        var calls = 0;
        fault.Refuses = method => method == "MPut" && ++calls is >= 2 and <= 4;

        var answer = await host.PostAsync("/1/router/mput", Body(Enumerable.Range(1, 3_000)));

        AssertSecondBatchFailed(answer);
        Assert.Equal(2_000, (await node.Client.CountAsync(new NoArg())).Count);
        Assert.Equal(
            Enumerable.Range(1_001, 1_000).Select(user => $"{user}_1"),
            Keys(await host.PostAsync("/1/router/mput", Body(Enumerable.Range(1_001, 1_000)))));
    }

    private Task<TestHost> StartAsync(string setting) => TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}", setting]);

    private static string Body(IEnumerable<int> users) =>
        $$"""{"puts":[{{string.Join(',', users.Select(user => $$"""{"userId":{{user}},"server":3,"roomId":1}"""))}}]}""";

    private static IEnumerable<string?> Keys(JsonElement answer) =>
        answer.GetProperty("data").GetProperty("keys").EnumerateArray().Select(key => key.GetString());

    private static void AssertSecondBatchFailed(JsonElement answer)
    {
        answer.IsRefused("router node 1 did not answer: the session is not put.");
        Assert.Equal(
            Enumerable.Range(1, 3_000).Select(user => user is > 1_000 and <= 2_000 ? null : $"{user}_1"),
            Keys(answer));
        Assert.Equal(
            Enumerable.Range(1_000, 1_000),
            answer.GetProperty("data").GetProperty("failed").EnumerateArray().Select(place => place.GetInt32()));
    }
}
