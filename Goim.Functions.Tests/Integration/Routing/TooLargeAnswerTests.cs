using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Functions.Tests.Integration.Routing;

/// <summary>A node that refuses an answer because it would be too large: the app asks for fewer users.</summary>
public sealed class TooLargeAnswerTests : IAsyncLifetime
{
    private const string Push = """{"m":1,"u":[1,2,3,4,5,6,7]}""";
    private readonly Fault fault = new();
    private TestNode node = null!;
    private TestHost host = null!;

    public async Task InitializeAsync()
    {
        node = await Fault.StartNodeAsync(fault);
        host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);
        for (var user = 1; user <= 7; user++)
        {
            await node.PutAsync(user, 1, user, 1);
        }

        fault.Calls.Clear();
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task A_push_halves_its_users_until_the_answers_are_small_enough()
    {
        RefuseAbove(sessions: 2);

        (await host.PostAsync("/1/pushs?detail=1", Push)).HasData("""{"sessions":7,"servers":7,"records":7,"offline":[]}""");

        Assert.Equal([7, 3, 1, 2, 4, 2, 2], fault.Users);
        Assert.Equal(
            Enumerable.Range(1, 7).Select(user => $"{{\"op\":\"multiple\",\"server\":{user},\"subkeys\":[\"{user}_1\"],\"msg\":\"MQ==\"}}"),
            host.Records().Select(record => record.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_push_to_one_user_whose_sessions_exceed_an_answer_is_refused_by_name()
    {
        RefuseAbove(sessions: 0);

        (await host.PostAsync("/1/pushs", Push))
            .IsRefused("user 1 has more sessions than an answer of a router node holds (2097143): nothing was sent.");

        Assert.Empty(host.Records());
    }

    // One user whose sessions are too many fails no lookup of another user that is coalesced with it.
    [Fact]
    public async Task Pushes_to_other_users_go_on_beside_one_that_is_too_large()
    {
        // A lookup that is not coalesced with others is a Get.
        fault.Spoil = reply => RefuseFive(reply.Servers);
        fault.SpoilGet = reply => RefuseFive(reply.Servers);
        fault.Hold(1);
        var first = host.PostAsync("/1/push?uid=1", "m");
        await Eventually.UntilAsync(() => fault.Calls.Count == 1);
        var others = new[] { 2, 3, 4, 5, 6, 7, 5, 7 }.Select(user => host.PostAsync($"/1/push?uid={user}", "m")).ToArray();
        fault.Release();

        (await first).IsOk();
        var answers = await Task.WhenAll(others);

        foreach (var refused in new[] { answers[3], answers[6] })
        {
            refused.IsRefused("user 5 has more sessions than an answer of a router node holds");
        }

        Assert.All(answers.Where((_, i) => i is not (3 or 6)), answer => answer.IsOk());

        static void RefuseFive(IEnumerable<int> servers)
        {
            if (servers.Contains(5))
            {
                throw TooLarge();
            }
        }
    }

    [Fact]
    public async Task MGet_of_the_facade_asks_for_fewer_users()
    {
        RefuseAbove(sessions: 2);

        (await host.PostAsync("/1/router/mget", """{"userIds":[1,2,3]}""")).IsRefused(
            "the users have more sessions than an answer of router node 1 holds (16777216 bytes), expected fewer users: "
            + "their sessions are not known.");
        Assert.Equal([3], fault.Users);
    }

    // As JSON the answer would have some 20 MB. The node's own has 6 MB.
    [Fact]
    public async Task MGet_of_the_facade_refuses_an_answer_above_sixteen_megabytes()
    {
        fault.Spoil = reply => Lengthen(reply, 750_000);

        (await host.PostAsync("/1/router/mget", """{"userIds":[1,2]}"""))
            .IsRefused("userIds have more sessions than an answer holds (16777216 bytes): expected fewer users.");
        (await host.PostAsync("/1/router/mget", """{"userIds":[1]}"""))
            .IsRefused("user 1 has more sessions than an answer holds (16777216 bytes): its sessions are not known.");
    }

    [Fact]
    public async Task MGet_of_the_facade_takes_ten_thousand_users_and_no_more()
    {
        static string Body(int count) => $$"""{"userIds":[{{string.Join(',', Enumerable.Range(1, count))}}]}""";

        (await host.PostAsync("/1/router/mget", Body(10_001))).IsRefused("userIds holds 10001 entries", "10000");
        var answer = await host.PostAsync("/1/router/mget", Body(10_000));
        Assert.Equal(10_000, answer.GetProperty("data").GetProperty("users").GetArrayLength());
    }

    private static void Lengthen(PackedMGetReply reply, int sessions)
    {
        reply.Counts[0] += sessions;
        reply.Seqs.AddRange(Enumerable.Range(1_000_000, sessions));
        reply.Servers.AddRange(Enumerable.Repeat(3, sessions));
    }

    private static RpcException TooLarge() => new(
        new Status(StatusCode.ResourceExhausted, "The test says so."), new Metadata { { "goim-reason", "size" } });

    private void RefuseAbove(int sessions) => fault.Spoil = reply =>
    {
        if (reply.Seqs.Count > sessions)
        {
            throw TooLarge();
        }
    };
}
