using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Goim.Client;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Faults.Clients;

/// <summary>
/// Pushes of a backend, each with a message of its own, and what the client says of them. Half of them are to user 42, who has sessions on
/// comet servers 3 and 5, and half to all.
/// </summary>
internal sealed class ClientPushes : IDisposable
{
    public const long User = 42;
    private static readonly int[] UsersComets = [3, 5], AllComets = [0];

    private readonly ConcurrentDictionary<string, PushResult> results = new(StringComparer.Ordinal);
    private readonly ServiceProvider services;
    private int last;

    /// <param name="app">Address of the app.</param>
    /// <param name="configure">Changes the options: an attempt may take 2 s, a call 40 s.</param>
    /// <param name="first">The messages are the even numbers from here on for user 42, and the odd ones for all.</param>
    public ClientPushes(Uri app, Action<GoimClientOptions>? configure = null, int first = 0)
    {
        last = first - 1;
        var client = new ServiceCollection();
        client.AddGoimClient(options =>
        {
            options.BaseAddress = app;
            options.AttemptTimeout = TimeSpan.FromSeconds(2);
            options.Timeout = TimeSpan.FromSeconds(40);
            configure?.Invoke(options);
        }).AddHttpMessageHandler(() => new AttemptLog(Attempts));
        services = client.BuildServiceProvider();
        Client = services.GetRequiredService<GoimClient>();
    }

    public GoimClient Client { get; }

    /// <summary>All attempts, in the order of their ends.</summary>
    public ConcurrentQueue<Attempt> Attempts { get; } = [];

    /// <summary>The errors of pushes that are not done.</summary>
    public IEnumerable<string> Errors => results.Values.Where(static result => !result.IsDone).Select(static result => result.Error!);

    /// <summary>Gives user 42 a session on each of two comet servers.</summary>
    public static async Task ConnectUserAsync(RouterRPC.RouterRPCClient node)
    {
        foreach (var server in UsersComets)
        {
            await node.PutAsync(new PutArg { UserId = User, Server = server, RoomId = 1 });
        }
    }

    public int Count(PushOutcome outcome) => results.Values.Count(result => result.Outcome == outcome);

    /// <summary>The messages with an outcome.</summary>
    public IEnumerable<string> Messages(PushOutcome outcome) =>
        results.Where(result => result.Value.Outcome == outcome).Select(static result => result.Key);

    /// <summary>Sends pushes one by one, at most <paramref name="atOnce"/> at a time.</summary>
    public Task SendAsync(int pushes, int atOnce = 50) =>
        Parallel.ForAsync(0, pushes, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (_, _) => await SendAsync());

    /// <summary>Sends a push.</summary>
    public async Task<PushResult> SendAsync()
    {
        var number = Interlocked.Increment(ref last);
        var message = number.ToString(CultureInfo.InvariantCulture);
        try
        {
            return results[message] = await (number % 2 == 0 ? Client.PushAsync(User, message) : Client.PushToAllAsync(message));
        }
        catch (GoimException failed)
        {
            return results[message] = failed.Result!;
        }
    }

    /// <summary>Sends pushes in batches.</summary>
    public async Task SendInBatchesAsync(int pushes, int ofEach)
    {
        var options = new BatchOptions { MaxPushes = ofEach, MaxRepeatTime = TimeSpan.FromMinutes(1) };
        await foreach (var (push, result) in Client.PushBatchAsync(Lines(pushes), options))
        {
            results[push.Message.ToString()] = result;
        }
    }

    /// <summary>Checks that there were so many pushes, and that all are acknowledged.</summary>
    public void AssertAllAcknowledged(int pushes) => Assert.True(
        pushes == results.Count && pushes == Count(PushOutcome.Acknowledged),
        $"{Count(PushOutcome.Acknowledged)} of {results.Count} are acknowledged: {string.Join(' ', Errors.Take(3))}");

    /// <summary>Checks each push of some clients with all records that are on the topic.</summary>
    public static void AssertKept(IReadOnlyList<ReadRecord> records, params ClientPushes[] clients)
    {
        var byMessage = records.ToLookup(static record => Encoding.UTF8.GetString(KafkaRecord.Read(record.Value)!.Msg));
        var sent = clients.SelectMany(static client => client.results.Keys).ToHashSet();
        Assert.Subset(sent, byMessage.Select(static message => message.Key).ToHashSet());
        foreach (var (message, result) in clients.SelectMany(static client => client.results))
        {
            AssertKept(message, result, [.. byMessage[message]]);
        }
    }

    public void Dispose() => services.Dispose();

    private static void AssertKept(string message, PushResult result, ReadRecord[] there)
    {
        var servers = there.Select(static record => KafkaRecord.Read(record.Value)!.Server).Order().ToArray();
        var comets = int.Parse(message, CultureInfo.InvariantCulture) % 2 == 0 ? UsersComets : AllComets;
        Assert.Equal(servers.Distinct(), servers);
        Assert.Subset(comets.ToHashSet(), servers.ToHashSet());
        Assert.Equal(result.IsDone, result.Error is null);
        switch (result.Outcome)
        {
            case PushOutcome.Acknowledged:
                Assert.Equal(comets, servers);
                Assert.Equal(comets.Length, result.Acks.Count);
                break;
            case PushOutcome.Some:
                Assert.Equal(there.Length, result.Acks.Count);
                break;
            case PushOutcome.None:
                Assert.Empty(there);
                break;
        }

        Assert.Subset(
            there.Select(static record => (record.Partition, record.Offset)).ToHashSet(),
            result.Acks.Where(static ack => ack.Offset is not null).Select(static ack => (ack.Partition, ack.Offset!.Value)).ToHashSet());
    }

    private async IAsyncEnumerable<BatchPush> Lines(int pushes)
    {
        await Task.Yield();
        for (var i = 0; i < pushes; i++)
        {
            var number = Interlocked.Increment(ref last);
            yield return new BatchPush(
                number % 2 == 0 ? PushTarget.User(User) : PushTarget.All,
                JsonMessage.Parse(number.ToString(CultureInfo.InvariantCulture)));
        }
    }
}
