using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Delivery;

/// <summary>Pushes with <c>ack=broker</c>, each with a message of its own, and what they were answered.</summary>
internal sealed class AcknowledgedPushes(HttpClient http)
{
    /// <summary>For a caller who got no answer.</summary>
    private const string NoAnswer = "no answer";

    private readonly ConcurrentDictionary<string, string> outcomes = new(StringComparer.Ordinal);
    private int last;

    /// <summary>How many were answered so: <c>all</c> (<c>ret</c> 1), <c>none</c>, <c>some</c>, <c>unknown</c>, or <c>no answer</c>.</summary>
    public int Count(string outcome) => outcomes.Values.Count(each => each == outcome);

    /// <summary>The message of the last push.</summary>
    public string Last => $"message {last}";

    /// <summary>Pushes until the broker has answered once: the first one finds the way to it.</summary>
    public Task WarmUpAsync() => Eventually.UntilAsync(async () => (await SendAsync()).GetProperty("ret").GetInt32() == 1);

    /// <summary>Pushes to all connections, so many at once.</summary>
    public Task SendAsync(int pushes, int atOnce) => Parallel.ForAsync(0, pushes, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (_, _) => await SendAsync());

    public async Task<JsonElement> SendAsync()
    {
        var message = $"message {Interlocked.Increment(ref last)}";
        try
        {
            using var response = await http.PostAsync("/1/push/all?ack=broker", new ByteArrayContent(Encoding.ASCII.GetBytes(message)));
            var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync());
            outcomes[message] = answer.GetProperty("ret").GetInt32() == 1 ? "all" : answer.GetProperty("data").GetProperty("outcome").GetString()!;
            return answer;
        }
        catch (Exception cut) when (cut is HttpRequestException or System.Net.Sockets.SocketException)
        {
            // The socket's own error is what HttpClient throws where a connection is closed while it opens.
            outcomes[message] = NoAnswer;
            return default;
        }
    }

    /// <summary>What was answered with success is on the topic once, what was answered with <c>none</c> is not, nothing is there twice.</summary>
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
