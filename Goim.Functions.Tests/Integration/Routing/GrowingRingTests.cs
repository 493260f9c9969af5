using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Routing;

/// <summary>The ring grows from nodes 1 and 2 to 1, 2 and 3, with <c>Router__PreviousNodes__*</c> set.</summary>
public sealed class GrowingRingTests : IAsyncLifetime
{
    private const int Users = 300;
    private static readonly string[] Settled = ["1", "2"];
    private TestHost before = null!;
    private TestNode third = null!;
    private TestHost during = null!;

    public async Task InitializeAsync()
    {
        before = await TestHost.StartAsync(["1", "2"], []);
        await MPutAsync(before, user => $$"""{"userId":{{user}},"server":3,"roomId":1}""");
        third = await TestNode.StartAsync();
        during = await TestHost.StartAsync([],
        [
            .. Settled.Select(name => $"--Router:Nodes:{name}={before.Nodes[name].Address}"),
            $"--Router:Nodes:3={third.Address}",
            .. Settled.Select(name => $"--Router:PreviousNodes:{name}={before.Nodes[name].Address}"),
        ]);
    }

    public async Task DisposeAsync()
    {
        await during.DisposeAsync();
        await third.DisposeAsync();
        await before.DisposeAsync();
    }

    [Fact]
    public async Task No_push_misses_a_user_who_connected_before()
    {
        (await during.PostAsync("/1/pushs", $$"""{"m":1,"u":[{{string.Join(',', Enumerable.Range(1, Users))}}]}""")).IsOk();
        for (var user = 1; user <= Users; user += 29)
        {
            (await during.PostAsync($"/1/push?uid={user}", "m")).IsOk();
        }

        var records = during.Records().Select(record => KafkaRecord.Read(record.Value)!).ToList();
        Assert.Equal(
            Enumerable.Range(1, Users).Select(user => (long)user),
            records.Single(record => record.SubKeys.Count == Users).SubKeys.Select(key => key.UserId).Order());
        Assert.Equal(1 + ((Users + 28) / 29), records.Count);
    }

    [Fact]
    public async Task A_user_at_the_highest_number_can_connect_on_either_side()
    {
        await MPutAsync(before, user => $$"""{"key":"{{user}}_{{int.MaxValue}}","server":3,"roomId":1}""");
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var user = 1; user <= 40; user++)
        {
            keys.UnionWith([$"{user}_1", $"{user}_{int.MaxValue}"]);
            for (var i = 0; i < 3; i++)
            {
                var answer = await during.PostAsync("/1/connect", $$"""{"token":"{{user}}","server":3}""");
                var key = answer.GetProperty("data").GetProperty("key").GetString()!;
                Assert.True(keys.Add(key), $"the sub key {key} was given twice");
            }

            var sessions = (await during.GetAsync($"/1/router/get?uid={user}")).GetProperty("data").GetProperty("sessions");
            Assert.Equal(5, sessions.GetArrayLength());
        }
    }

    [Fact]
    public async Task A_user_registered_again_under_its_old_key_is_reached_once()
    {
        await MPutAsync(during, user => $$"""{"key":"{{user}}_1","server":3,"roomId":1}""");
        Assert.True((await third.Client.CountAsync(new NoArg())).Count > 0, "no user moved to the new node");

        (await during.PostAsync("/1/pushs", $$"""{"m":1,"u":[{{string.Join(',', Enumerable.Range(1, Users))}}]}""")).IsOk();

        // The former nodes no longer hold the users who moved.
        (await during.GetAsync("/1/count?type=server")).HasData($$"""[{"Server":3,"Count":{{Users}}}]""");
        var record = KafkaRecord.Read(Assert.Single(during.Records()).Value)!;
        Assert.Equal(Users, record.SubKeys.Count);
        Assert.Equal(Users, record.SubKeys.Distinct().Count());
    }

    [Fact]
    public async Task A_new_session_of_a_user_who_moves_goes_to_the_new_node_under_a_key_that_no_other_has()
    {
        foreach (var user in Enumerable.Range(1, Users))
        {
            await during.PostAsync("/1/router/put", $$"""{"userId":{{user}},"server":5}""");
        }

        var page = await during.GetAsync("/1/router/getall?node=3&limit=1000");
        var moved = page.GetProperty("data").GetProperty("users").EnumerateArray().ToList();
        Assert.NotEmpty(moved);
        Assert.All(moved, user => Assert.True(user.GetProperty("sessions")[0].GetProperty("seq").GetInt32() > 1));
        var first = moved[0].GetProperty("userId").GetInt64();
        Assert.Equal(2, (await during.GetAsync($"/1/router/get?uid={first}")).GetProperty("data").GetProperty("sessions").GetArrayLength());
    }

    [Fact]
    public async Task A_deletion_reaches_both_owners()
    {
        await MPutAsync(during, user => $$"""{"key":"{{user}}_1","server":3}""");
        foreach (var user in Enumerable.Range(1, Users))
        {
            (await during.PostAsync("/1/disconnect", $$"""{"key":"{{user}}_1"}""")).HasData("""{"has":true}""");
        }

        (await during.GetAsync("/1/count?type=server")).HasData("[]");
    }

    [Fact]
    public async Task Many_connects_and_disconnects_follow_the_users_who_move()
    {
        var tokens = string.Join(',', Enumerable.Range(1, Users).Select(user => $"\"{user}\""));
        var answer = await during.PostAsync("/1/connects", $$"""{"server":5,"tokens":[{{tokens}},"1"]}""");
        var keys = answer.GetProperty("data").GetProperty("clients").EnumerateArray()
            .Select(client => client.GetProperty("key").GetString()!).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(Users + 1, keys.Count);
        Assert.True((await third.Client.CountAsync(new NoArg())).Count > 0, "no user moved to the new node");

        var old = Enumerable.Range(1, Users).Select(user => $"{user}_1").ToArray();
        Assert.Empty(keys.Intersect(old, StringComparer.Ordinal));
        var all = string.Join(',', old.Concat(keys).Select(key => $"\"{key}\""));
        (await during.PostAsync("/1/disconnects", $$"""{"keys":[{{all}}]}""")).HasData(
            $$"""{"has":[{{string.Join(',', Enumerable.Repeat("true", (2 * Users) + 1))}}],"journalled":[],"failed":[]}""");
        (await during.GetAsync("/1/count?type=server")).HasData("[]");
    }

    [Fact]
    public async Task While_a_former_node_is_down_users_who_move_from_it_may_try_again()
    {
        await before.Nodes["2"].DisposeAsync();
        var tokens = string.Join(',', Enumerable.Range(1, Users).Select(user => $"\"{user}\""));

        var clients = (await during.PostAsync("/1/connects", $$"""{"server":5,"tokens":[{{tokens}}]}"""))
            .GetProperty("data").GetProperty("clients").EnumerateArray().ToArray();

        var refused = clients.Where(client => client.TryGetProperty("error", out _)).ToArray();
        Assert.InRange(refused.Length, 1, Users - 1);
        Assert.All(refused, client => Assert.EndsWith(
            ": router node 2 did not answer: the client is not connected.",
            client.GetProperty("error").GetString()!,
            StringComparison.Ordinal));
        Assert.All(refused, client => Assert.True(client.GetProperty("retry").GetBoolean()));
    }

    [Fact]
    public async Task A_server_is_deleted_on_every_node_of_either_ring()
    {
        await MPutAsync(during, user => $$"""{"key":"{{user}}_1","server":3}""");

        (await during.PostAsync("/1/router/delserver", """{"server":3}""")).HasData("{}");

        (await during.CountNowAsync("allservercount")).HasData("""{"counter":{}}""");
    }

    [Fact]
    public async Task A_dead_node_of_the_ring_before_fails_those_whose_sessions_it_may_hold()
    {
        await before.Nodes["2"].DisposeAsync();
        var answers = new List<bool>();
        foreach (var user in Enumerable.Range(1, 50))
        {
            var answer = await during.PostAsync($"/1/push?uid={user}", "m");
            answers.Add(answer.Ret() == 1);
            if (!answers[^1])
            {
                answer.IsRefused("router node 2 did not answer");
            }
        }

        Assert.Contains(true, answers);
        Assert.Contains(false, answers);
        Assert.Equal(answers.Count(ok => ok), during.Records().Count);
    }

    private static async Task MPutAsync(TestHost host, Func<int, string> put) =>
        await host.PostAsync("/1/router/mput", $$"""{"puts":[{{string.Join(',', Enumerable.Range(1, Users).Select(put))}}]}""");
}
