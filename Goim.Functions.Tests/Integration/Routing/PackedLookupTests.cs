using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Routing;

/// <summary>Lookups of many users: one call, and refused if the answer is incomplete.</summary>
public sealed class PackedLookupTests : IAsyncLifetime
{
    private const string Push = """{"m":1,"u":[42,41,43]}""";
    private readonly Fault fault = new();
    private TestNode node = null!;
    private TestHost host = null!;

    public async Task InitializeAsync()
    {
        node = await Fault.StartNodeAsync(fault);
        host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);
        await node.PutAsync(42, 1, 3, 1);
        await node.PutAsync(42, 2, 5, 1);
        await node.PutAsync(43, 7, 3, 1);
        fault.Calls.Clear();
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task A_node_is_asked_once_for_many_users()
    {
        (await host.PostAsync("/1/pushs?detail=1", Push)).HasData("""{"sessions":3,"servers":2,"records":2,"offline":[41]}""");

        Assert.Equal(["MGet"], fault.Calls);
        Assert.Equal([3], fault.Users);
        Assert.Equal(
            [
                """{"op":"multiple","server":3,"subkeys":["42_1","43_7"],"msg":"MQ=="}""",
                """{"op":"multiple","server":5,"subkeys":["42_2"],"msg":"MQ=="}""",
            ],
            host.Records().Select(record => record.Text).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("a user too few")]
    [InlineData("a user too many")]
    [InlineData("a negative count")]
    [InlineData("a server too few")]
    [InlineData("sessions that no count tells of")]
    [InlineData("counts beyond the sessions")]
    [InlineData("counts that overflow")]
    [InlineData("nothing")]
    public async Task An_answer_that_is_not_whole_fails_the_push(string kind)
    {
        fault.Spoil = reply => Spoil(reply, kind);

        (await host.PostAsync("/1/pushs", Push)).IsRefused("router node 1 answered an error (DataLoss): nothing was sent.");
        (await host.PostAsync("/1/router/mget", """{"userIds":[42,41,43]}"""))
            .IsRefused("router node 1 answered an error (DataLoss): their sessions are not known.");

        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task A_count_that_is_not_whole_is_refused()
    {
        fault.SpoilCount = reply => reply.Counts.RemoveAt(0);

        foreach (var type in new[] { "room", "server" })
        {
            (await host.GetAsync($"/1/count?type={type}"))
                .IsRefused("router node 1 answered an error (DataLoss): the count would be short.");
        }
    }

    private static void Spoil(PackedMGetReply reply, string kind)
    {
        switch (kind)
        {
            case "a user too few":
                reply.Counts.RemoveAt(1);
                break;
            case "a user too many":
                reply.Counts.Add(0);
                break;
            case "a negative count":
                (reply.Counts[0], reply.Counts[1]) = (4, -2);
                break;
            case "a server too few":
                reply.Servers.RemoveAt(0);
                break;
            case "sessions that no count tells of":
                reply.Seqs.Add(1);
                reply.Servers.Add(1);
                break;
            case "counts beyond the sessions":
                reply.Counts[2]++;
                break;
            case "counts that overflow":
                (reply.Counts[0], reply.Counts[1], reply.Counts[2]) = (int.MaxValue, int.MaxValue, 5);
                break;
            default:
                reply.Counts.Clear();
                reply.Seqs.Clear();
                reply.Servers.Clear();
                break;
        }
    }
}
