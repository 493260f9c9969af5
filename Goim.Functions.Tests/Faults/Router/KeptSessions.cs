using System.Collections.Concurrent;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>Comets that connect and disconnect many users, and the answers that they got.</summary>
internal sealed class KeptSessions(TestHost host)
{
    private const int Users = 200;

    /// <summary>By key: true if it must be there, false if it must not.</summary>
    private readonly ConcurrentDictionary<string, bool> known = new(StringComparer.Ordinal);

    // Keys whose disconnect failed, and the number of failed calls. Both may have left sessions.
    private readonly ConcurrentDictionary<string, bool> open = new(StringComparer.Ordinal);
    private int failed;

    public int Answered => known.Count;

    /// <summary>Calls that were not answered with success.</summary>
    public int Failed => failed;

    /// <summary>Each caller connects, and disconnects every third of its connections.</summary>
    public Task RunAsync(int callers, int callsEach) => Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
    {
        var random = new Random(caller);
        for (var i = 0; i < callsEach; i++)
        {
            var answer = await host.PostAsync("/1/connect", $$"""{"token":"{{random.Next(Users)}}","server":{{caller % 5}}}""");
            if (answer.Ret() != 1)
            {
                Interlocked.Increment(ref failed);
                continue;
            }

            var key = answer.GetProperty("data").GetProperty("key").GetString()!;
            Assert.True(known.TryAdd(key, true), $"the sub key {key} was given twice");
            if (i % 3 == 0)
            {
                await DisconnectAsync(key);
            }
        }
    }));

    /// <summary>
    /// Every session whose connect was answered is there, every one whose disconnect was answered is not, and the counts agree.
    /// </summary>
    public async Task AssertAsync()
    {
        var users = string.Join(',', Enumerable.Range(0, Users));
        var answer = await host.PostAsync("/1/router/mget", $$"""{"userIds":[{{users}}]}""");
        var found = answer.GetProperty("data").GetProperty("users").EnumerateArray()
            .SelectMany(Keys)
            .ToHashSet();

        Assert.DoesNotContain(known, session => session.Value && !open.ContainsKey(session.Key) && !found.Contains(session.Key));
        Assert.DoesNotContain(known, session => !session.Value && found.Contains(session.Key));
        Assert.InRange(found.Count, known.Count(session => session.Value) - open.Count, known.Count(session => session.Value) + failed);

        // Drops cached counts.
        Assert.Equal(1, (await host.CountNowAsync("allroomcount")).Ret());
        Assert.Equal(found.Count, Sum(await host.GetAsync("/1/count?type=room")));
        Assert.Equal(found.Count, Sum(await host.GetAsync("/1/count?type=server")));
    }

    private static IEnumerable<string> Keys(JsonElement user) => user.GetProperty("sessions").EnumerateArray()
        .Select(session => $"{user.GetProperty("userId")}_{session.GetProperty("seq")}");

    private static int Sum(JsonElement counts) =>
        counts.GetProperty("data").EnumerateArray().Sum(count => count.GetProperty("Count").GetInt32());

    private async Task DisconnectAsync(string key)
    {
        var answer = await host.PostAsync("/1/disconnect", $$"""{"key":"{{key}}"}""");
        if (answer.Ret() == 1)
        {
            // Success even if nothing was found: a repeated call finds the session already deleted.
            known[key] = false;
        }
        else
        {
            open[key] = true;
            Interlocked.Increment(ref failed);
        }
    }
}
