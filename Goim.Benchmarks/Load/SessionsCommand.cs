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
    private const int Servers = 10, NoRoom = -1;

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
            Description = "Number of sessions: one for each user, on ten comet servers.",
        };
        var rooms = new Option<int>("--rooms")
        {
            DefaultValueFactory = _ => 1_000,
            Description = "Number of rooms that the sessions are spread over at random. 0: they are in no room.",
        };
        var command = new Command("sessions", "Puts sessions into a store, and prints the bytes of memory that a session takes.")
        {
            store, redis, sessions, rooms,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new RouterNodeOptions { Store = parsed.GetValue(store), Redis = parsed.GetValue(redis) };
            var shape = new Shape(parsed.GetValue(sessions), parsed.GetValue(rooms));
            var bytes = options.Store == SessionStore.Memory ? await InMemoryAsync(options, shape) : await InRedisAsync(options, shape);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{options.Store}: {shape.Sessions} sessions in {shape.Rooms} rooms, {(double)bytes / shape.Sessions:0.0} bytes each"));
        });
        return command;
    }

    private static async Task<long> InMemoryAsync(RouterNodeOptions options, Shape shape)
    {
        var sessions = new MemorySessions(Options.Create(options), TimeProvider.System);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await PutAsync(sessions, shape);
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(sessions);
        return bytes;
    }

    private static async Task<long> InRedisAsync(RouterNodeOptions options, Shape shape)
    {
        await using var connection = new RedisConnection(Options.Create(options), null, NullLogger<RedisConnection>.Instance);
        await connection.ReadyAsync();
        var before = await UsedMemoryAsync(options);
        await PutAsync(new RedisSessions(connection, Options.Create(options), TimeProvider.System), shape);
        return await UsedMemoryAsync(options) - before;
    }

    private static async Task PutAsync(ISessions sessions, Shape shape)
    {
        var watch = Stopwatch.StartNew();
        foreach (var users in Enumerable.Range(1, shape.Sessions).Chunk(1_000))
        {
            await Task.WhenAll(users.Select(user =>
                sessions.PutAsync(new PutArg { UserId = user, Server = user % Servers, RoomId = shape.NextRoom() }).AsTask()));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sessions put in {watch.Elapsed.TotalSeconds:0.0} s"));
    }

    private static async Task<long> UsedMemoryAsync(RouterNodeOptions options)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(options.Redis! + ",allowAdmin=true");
        var memory = (await redis.GetServers()[0].InfoAsync("memory")).SelectMany(section => section);
        return long.Parse(memory.Single(line => line.Key == "used_memory").Value, CultureInfo.InvariantCulture);
    }

    private sealed record Shape(int Sessions, int Rooms)
    {
        // The same rooms in each run.
        private readonly Random random = new(1);

        public int NextRoom() => Rooms == 0 ? NoRoom : random.Next(Rooms);
    }
}
