using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Goim.Protocol;
using Goim.Router;
using Goim.Router.Memory;
using Microsoft.Extensions.Options;

namespace Goim.Benchmarks.Router;

/// <summary><c>delserver</c>: measures how long a Get waits while a comet server's sessions are deleted.</summary>
internal static class DelServerCommand
{
    private const int Servers = 10, Rooms = 1_000;

    public static Command Create()
    {
        var count = new Option<int>("--sessions")
        {
            DefaultValueFactory = _ => 1_000_000,
            Description = "Number of sessions in memory: one for each user, on ten comet servers and in a thousand rooms.",
        };
        var redis = RouterCommand.RedisOption();
        var userSessions = new Option<int[]>("--user-sessions")
        {
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [1],
            Description = "With --redis: numbers of sessions of one user, on ten comet servers. Each is measured on a new node.",
        };
        var command = new Command(
            "delserver",
            "Deletes the sessions of ten comet servers in turn. Prints the longest Get during each deletion, and the longest Get in an "
            + "equally long time without a deletion.")
        {
            count, redis, userSessions,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(redis) is { } address)
            {
                await DelServerOverRedis.RunAsync(address, parsed.GetValue(userSessions)!, cancellationToken);
                return;
            }

            var users = parsed.GetValue(count);
            var sessions = new MemorySessions(Options.Create(new RouterNodeOptions()), TimeProvider.System);
            for (var user = 0; user < users; user++)
            {
                await sessions.PutAsync(new PutArg { UserId = user, Server = user % Servers, RoomId = user % Rooms });
            }

            // Warm-up: compiles the code under test.
            await LongestGetAsync(sessions, users, () => Task.Delay(1_000, cancellationToken));
            Console.WriteLine("deleted   in ms      gets during   longest ms   gets without   longest ms");
            for (var server = 0; server < Servers; server++)
            {
                var before = await sessions.CountAsync();
                var watch = Stopwatch.StartNew();
                var (gets, longest) = await LongestGetAsync(sessions, users, async () =>
                {
                    watch.Restart();
                    await sessions.DelServerAsync(server, TimeSpan.Zero, () => ValueTask.CompletedTask, cancellationToken);
                    watch.Stop();
                });
                var (getsWithout, longestWithout) = await LongestGetAsync(
                    sessions, users, () => Task.Delay(watch.Elapsed, cancellationToken));
                var deleted = before - await sessions.CountAsync();
                Console.WriteLine(Text(
                    $"{deleted,7} {watch.Elapsed.TotalMilliseconds,7:0.0} {gets,16} {longest.TotalMilliseconds,12:0.000}")
                    + Text($" {getsWithout,14} {longestWithout.TotalMilliseconds,12:0.000}"));
            }
        });
        return command;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // Calls Get in a loop on a thread of its own until the action has completed.
    private static async Task<(long Gets, TimeSpan Longest)> LongestGetAsync(MemorySessions sessions, int users, Func<Task> action)
    {
        var (gets, longest, isDone) = (0L, 0L, false);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            var random = new Random(1);
            while (!Volatile.Read(ref isDone))
            {
                var start = Stopwatch.GetTimestamp();
                sessions.GetAsync([random.Next(users)], int.MaxValue, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                longest = Math.Max(longest, Stopwatch.GetTimestamp() - start);
                gets++;
                started.TrySetResult();
            }
        });
        thread.Start();
        await started.Task;
        await action();
        Volatile.Write(ref isDone, true);
        thread.Join();
        return (gets, Stopwatch.GetElapsedTime(0, longest));
    }
}
