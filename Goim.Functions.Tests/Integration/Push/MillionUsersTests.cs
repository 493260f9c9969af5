using System.Text;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Push;

/// <summary>The largest push that the default settings allow.</summary>
public sealed class MillionUsersTests(MillionUsersTests.OneHost shared) : IClassFixture<MillionUsersTests.OneHost>
{
    private const int Users = 1_000_000, Connected = 300_000;

    // The users with a session make less than the 5 MiB that the embedded broker keeps per partition.
    [Theory]
    [InlineData("?detail=1")]
    [InlineData("?detail=1&ack=broker")]
    public async Task A_million_users_are_pushed_to_in_one_request(string query)
    {
        var host = shared.ForOneTest();
        var body = new StringBuilder("{\"m\":1,\"u\":[").AppendJoin(',', Enumerable.Range(1, Users)).Append("]}").ToString();
        var answer = await host.PostAsync("/1/pushs" + query, body);

        Assert.Equal(1, answer.Ret());
        Assert.Equal(Connected, answer.GetProperty("data").GetProperty("sessions").GetInt32());
        Assert.Equal(Users - Connected, answer.GetProperty("data").GetProperty("offline").GetArrayLength());
        var records = host.Records();
        Assert.Equal(records.Count, answer.GetProperty("data").GetProperty("records").GetInt32());
        Assert.All(records, record => Assert.InRange(record.Value.Length, 1, 1_000_000 - 26));
        var reached = records.SelectMany(record => KafkaRecord.Read(record.Value)!.SubKeys).Select(key => key.UserId).ToList();
        Assert.Equal(Connected, reached.Count);
        Assert.Equal(Connected, reached.Distinct().Count());
    }

    public sealed class OneHost : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync()
        {
            var host = await TestHost.StartAsync();
            foreach (var users in Enumerable.Range(1, Connected).Chunk(10_000))
            {
                var puts = users.Select(user => new PutArg { UserId = user, Server = user % 2 });
                await host.Nodes["1"].Client.MPutAsync(new MPutArg { Puts = { puts } });
            }

            return host;
        }
    }
}
