using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Goim.Protocol;
using Goim.Router;
using Goim.Router.Memory;
using Goim.Router.Redis;
using Goim.Router.Redis.Sessions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Goim.Benchmarks.Load;

/// <summary><c>sessions</c>: measures the memory of a session, in a router node or in Redis.</summary>
internal static class SessionsCommand
{
    private const int Servers = 10, Rooms = 1_000;

    public static Command Create()
    {
        var store = new Option<SessionStore>("--store")
        {
            DefaultValueFactory = _ => SessionStore.Memory,
            Description = "The store: memory or redis.",
        };
        var redis = new Option<string>("--redis")
        {
            DefaultValueFactory = _ => "127.0.0.1:6379",
            Description = "With --store redis: connection string of an empty Redis, in StackExchange.Redis' syntax.",
        };
        var sessions = new Option<int>("--sessions")
        {
            DefaultValueFactory = _ => 1_000_000,
            Description = "Number of sessions: one for each user, on ten comet servers and in a thousand rooms.",
        };
        var command = new Command("sessions", "Puts sessions into a store, and prints the bytes of memory that a session takes.")
        {
            store, redis, sessions,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new RouterNodeOptions { Store = parsed.GetValue(store), Redis = parsed.GetValue(redis) };
            var count = parsed.GetValue(sessions);
            var bytes = options.Store == SessionStore.Memory ? await InMemoryAsync(options, count) : await InRedisAsync(options, count);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{options.Store}: {count} sessions, {(double)bytes / count:0} bytes each"));
        });
        return command;
    }

    private static async Task<long> InMemoryAsync(RouterNodeOptions options, int count)
    {
        var sessions = new MemorySessions(Options.Create(options), TimeProvider.System);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await PutAsync(sessions, count);
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(sessions);
        return bytes;
    }

    private static async Task<long> InRedisAsync(RouterNodeOptions options, int count)
    {
        await using var connection = new RedisConnection(Options.Create(options), null, NullLogger<RedisConnection>.Instance);
        await connection.ReadyAsync();
        var before = await UsedMemoryAsync(options);
        await PutAsync(new RedisSessions(connection, Options.Create(options), TimeProvider.System), count);
        return await UsedMemoryAsync(options) - before;
    }

    private static async Task PutAsync(ISessions sessions, int count)
    {
        var watch = Stopwatch.StartNew();
        foreach (var users in Enumerable.Range(1, count).Chunk(1_000))
        {
            await Task.WhenAll(users.Select(user =>
                sessions.PutAsync(new PutArg { UserId = user, Server = user % Servers, RoomId = user % Rooms }).AsTask()));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sessions put in {watch.Elapsed.TotalSeconds:0.0} s"));
    }

    private static async Task<long> UsedMemoryAsync(RouterNodeOptions options)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(options.Redis! + ",allowAdmin=true");
        var memory = (await redis.GetServers()[0].InfoAsync("memory")).SelectMany(section => section);
        return long.Parse(memory.Single(line => line.Key == "used_memory").Value, CultureInfo.InvariantCulture);
    }
}
