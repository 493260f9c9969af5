using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Delivery;

/// <summary>Pushes with <c>ack=broker</c>, each with a message of its own, and their answers.</summary>
internal sealed class AcknowledgedPushes(HttpClient http)
{
    /// <summary>Outcome of a push that got no answer.</summary>
    private const string NoAnswer = "no answer";

    private readonly ConcurrentDictionary<string, string> outcomes = new(StringComparer.Ordinal);
    private int last;

    /// <summary>
    /// Number of pushes with this outcome: <c>all</c> (<c>ret</c> 1), <c>none</c>, <c>some</c>, <c>unknown</c> or <c>no answer</c>.
    /// </summary>
    public int Count(string outcome) => outcomes.Values.Count(each => each == outcome);

    /// <summary>The message of the last push.</summary>
    public string Last => $"message {last}";

    /// <summary>Pushes until the broker has answered once, since the first push opens the connection.</summary>
    public Task WarmUpAsync() => Eventually.UntilAsync(async () => (await SendAsync()).Ret() == 1);

    /// <summary>Pushes to all connections, at most <paramref name="atOnce"/> at a time.</summary>
    public Task SendAsync(int pushes, int atOnce) =>
        Parallel.ForAsync(0, pushes, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (_, _) => await SendAsync());

    public async Task<JsonElement> SendAsync()
    {
        var message = $"message {Interlocked.Increment(ref last)}";
        try
        {
            using var response = await http.PostAsync("/1/push/all?ack=broker", new ByteArrayContent(Encoding.ASCII.GetBytes(message)));
            var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync());
            outcomes[message] = answer.Ret() == 1 ? "all" : answer.GetProperty("data").GetProperty("outcome").GetString()!;
            return answer;
        }
        catch (Exception cut) when (cut is HttpRequestException or System.Net.Sockets.SocketException)
        {
            // HttpClient throws the SocketException itself if the connection is closed while it opens.
            outcomes[message] = NoAnswer;
            return default;
        }
    }

    /// <summary>
    /// A message answered with success is on the topic once, one answered with <c>none</c> is not, and no message is there twice.
    /// </summary>
    public async Task AssertKeptAsync(TopicWatch watch)
    {
        var counted = await watch.CountedAsync();
        foreach (var (message, outcome) in outcomes)
        {
            var (least, most) = outcome switch { "all" => (1, 1), "none" => (0, 0), _ => (0, 1) };
            Assert.InRange(counted.GetValueOrDefault(message), least, most);
        }

        Assert.Subset(outcomes.Keys.ToHashSet(), counted.Keys.ToHashSet());
    }
}
