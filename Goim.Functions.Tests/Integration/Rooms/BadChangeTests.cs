using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Rooms;

/// <summary>What changes of room and the list of a room's users refuse.</summary>
public sealed class BadChangeTests(BadChangeTests.OneHost shared) : IClassFixture<BadChangeTests.OneHost>
{
    private const string Shape = """expected {"key":"42_1","roomId":7}.""";
    private readonly TestHost host = shared.ForOneTest();

    [Theory]
    [InlineData("", "body is empty: " + Shape)]
    [InlineData("[]", "body is not a JSON object: " + Shape)]
    [InlineData("""{"roomId":7}""", "key is missing: expected a string.")]
    [InlineData("""{"key":42,"roomId":7}""", "key is the number '42': expected a string.")]
    [InlineData(
        """{"key":"42","roomId":7}""", "key is '42': expected a sub key, user id and seq with _ between, such as 42_1.")]
    [InlineData("""{"key":"42_1"}""", "roomId is missing: expected a whole number from -2147483648 to 2147483647.")]
    [InlineData("""{"key":"42_1","roomId":2147483648}""", "roomId is '2147483648': expected a whole number")]
    [InlineData("""{"key":"42_1","roomId":"7"}""", "roomId is the string '7': expected a whole number")]
    [InlineData("""{"key":"42_1","roomId":1.5}""", "roomId is '1.5': expected a whole number")]
    public async Task A_bad_change_is_refused(string body, string sentence)
    {
        (await host.PostAsync("/1/room/change", body)).IsRefused(sentence);

        Assert.Empty(host.Records());
    }

    [Theory]
    [InlineData("{}", "changes is missing: expected an array.")]
    [InlineData("""{"changes":[{"key":"42_1","roomId":7}]}""", "server is missing: expected a whole number")]
    [InlineData("""{"server":3,"changes":[]}""", "changes is empty: expected 1 to 1000 changes.")]
    [InlineData("""{"server":3,"changes":[{"key":"42_1","roomId":7},7]}""", "changes[1] is '7': expected an object.")]
    [InlineData("""{"server":3,"changes":[{"key":"x","roomId":7}]}""", "changes[0].key is 'x': expected a sub key")]
    [InlineData("""{"server":3,"changes":[{"key":"42_1"}]}""", "changes[0].roomId is missing: expected a whole number")]
    public async Task A_bad_call_of_a_comet_is_refused_as_a_whole(string body, string sentence)
    {
        (await host.PostAsync("/1/room/changes", body)).IsRefused(sentence);

        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task More_than_a_thousand_changes_are_refused()
    {
        static string Body(int count) => $$"""
            {"server":3,"changes":[{{string.Join(',', Enumerable.Range(1, count).Select(i => $$"""{"key":"{{i}}_1","roomId":7}"""))}}]}
            """;

        (await host.PostAsync("/1/room/changes", Body(1_001))).IsRefused("changes holds 1001 entries or more: expected 1000 at most.");
        var answer = await host.PostAsync("/1/room/changes", Body(1_000));
        Assert.Equal(1_000, answer.GetProperty("data").GetProperty("changes").GetArrayLength());
    }

    [Theory]
    [InlineData("", "rid is missing: expected a whole number from -2147483648 to 2147483647.")]
    [InlineData("?rid=x", "rid is 'x': expected a whole number")]
    [InlineData("?rid=2147483648", "rid is '2147483648': expected a whole number")]
    [InlineData("?rid=-1", "rid is '-1', which is no room: expected a room.")]
    [InlineData("?rid=1&limit=0", "limit is '0': expected a whole number from 1 to 10000.")]
    [InlineData("?rid=1&limit=10001", "limit is '10001': expected a whole number from 1 to 10000.")]
    [InlineData("?rid=1&limit=x", "limit is 'x': expected a whole number from 1 to 10000.")]
    [InlineData(
        "?rid=1&after=42",
        "after is '42': expected the next of a page of room 1 over these router nodes. Begin again without after.")]
    [InlineData("?rid=1&after=AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "expected the next of a page of room 1")]
    [InlineData("?rid=1&after=%F0%9F%98%80", "expected the next of a page of room 1")]
    public async Task A_bad_list_of_users_is_refused(string query, string sentence) =>
        (await host.GetAsync("/1/room/users" + query)).IsRefused(sentence);

    [Theory]
    [InlineData("?type=total&rid=1", "rid is '1': expected none, since type is 'total'.")]
    [InlineData("?type=server&rid=", "rid is '': expected none, since type is 'server'.")]
    [InlineData("?type=room&rid=", "rid is '': expected a whole number from -2147483648 to 2147483647.")]
    [InlineData("?type=room&rid=x", "rid is 'x': expected a whole number")]
    public async Task A_bad_count_of_a_room_is_refused(string query, string sentence) =>
        (await host.GetAsync("/1/count" + query)).IsRefused(sentence);

    public sealed class OneHost : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync() => await TestHost.StartAsync();
    }
}
