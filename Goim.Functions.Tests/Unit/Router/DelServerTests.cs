using System.Collections.Concurrent;
using Goim.Protocol;
using Goim.Router;
using Goim.Router.Memory;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>The sessions of a server are deleted from memory while others put, delete and read.</summary>
public sealed class DelServerTests
{
    private const int Users = 50_000, Servers = 10, Dying = 3, Callers = 3, CallsAtLeast = 5_000;

    private readonly FakeTimeProvider time = new();
    private readonly MemorySessions sessions;

    public DelServerTests() => sessions = new MemorySessions(Options.Create(new RouterNodeOptions()), time);

    [Fact]
    public async Task What_was_there_is_gone_and_what_is_put_meanwhile_is_kept()
    {
        for (var user = 0; user < Users; user++)
        {
            await PutAsync(user, user % Servers);
        }

        time.Advance(TimeSpan.FromMilliseconds(1));
        var kept = new ConcurrentDictionary<(long User, int Seq), int>();
        var isDone = false;
        var callers = Enumerable.Range(0, Callers).Select(StartCaller).ToList();
        var begun = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => await sessions.DelServerAsync(
            Dying,
            TimeSpan.FromMilliseconds(1),
            () =>
            {
                Interlocked.Increment(ref begun);
                return ValueTask.CompletedTask;
            },
            CancellationToken.None)));
        Assert.InRange(begun, 1, 4);
        Volatile.Write(ref isDone, true);
        await Task.WhenAll(callers);

        var expected = Enumerable.Range(0, Users)
            .Where(user => user % Servers != Dying)
            .Select(user => (User: (long)user, Seq: 1, Server: user % Servers))
            .Concat(kept.Select(session => (session.Key.User, session.Key.Seq, Server: session.Value)))
            .Order()
            .ToList();
        Assert.Equal(expected, await AllAsync());
        var counts = new Dictionary<int, int>();
        await sessions.AddServerCountsAsync(counts, CancellationToken.None);
        Assert.Equal(expected.GroupBy(session => session.Server).ToDictionary(group => group.Key, group => group.Count()), counts);
        Assert.Equal(expected.Count, await sessions.CountAsync());

        // On a thread of its own, so that the pool's threads are left to other tests.
        Task StartCaller(int caller) => Task.Factory.StartNew(
            () => CallAsync(caller, kept, () => Volatile.Read(ref isDone)),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap();
    }

    // Puts sessions of users with and without one, and deletes a third of them again. No two callers share a user, so each knows which
    // sessions are kept.
    private async Task CallAsync(int caller, ConcurrentDictionary<(long User, int Seq), int> kept, Func<bool> isDone)
    {
        var random = new Random(caller);
        for (var i = 0; i < CallsAtLeast || !isDone(); i++)
        {
            long user = (random.Next(2 * Users) / Callers * Callers) + caller;
            var server = random.Next(Servers);
            var seq = (await PutAsync(user, server)).Seq;
            if (random.Next(3) == 0)
            {
                Assert.True(await sessions.DelAsync(user, seq, null), $"user {user} has lost {seq} on server {server}");
            }
            else
            {
                kept[(user, seq)] = server;
            }
        }
    }

    private ValueTask<PutResult> PutAsync(long user, int server) =>
        sessions.PutAsync(new PutArg { UserId = user, Server = server, RoomId = server });

    private async Task<List<(long User, int Seq, int Server)>> AllAsync()
    {
        var all = new List<(long, int, int)>();
        foreach (var user in await sessions.AllUsersAsync())
        {
            var found = await sessions.GetAsync(user);
            all.AddRange(found.Seqs.Zip(found.Servers, (seq, server) => (user, seq, server)));
        }

        return all;
    }
}
