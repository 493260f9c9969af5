using Goim.Benchmarks.Load;

namespace Goim.Benchmarks.Scale;

/// <summary>Four sizes of one thing, with everything else as it is.</summary>
/// <param name="Name">What grows.</param>
/// <param name="Route">What is called.</param>
/// <param name="Axis">What a size is a number of.</param>
/// <param name="Sizes">Smallest first.</param>
/// <param name="Population">Who is connected at a size.</param>
/// <param name="Shape">What is sent at a size, for a given time.</param>
internal sealed record Sweep(string Name, string Route, string Axis, int[] Sizes, Func<int, Population> Population, Func<int, TimeSpan, TimeSpan, LoadShape> Shape)
{
    private static readonly Population Usual = new(Users: 100_000, SessionsPerUser: 1, Rooms: 1_000, Servers: 10);

    /// <summary>Those whose last population is the next one's first stand together, since sessions have to be put for each.</summary>
    public static IReadOnlyList<Sweep> All { get; } =
    [
        new("users", "push", "users with a session", [1_000, 10_000, 100_000, 1_000_000],
            size => Usual with { Users = size }, (_, warmUp, duration) => Of("push", warmUp, duration)),
        // One connection: what is asked here is how one request grows.
        new("users-per-push", "pushs", "users in one pushs", [1_000, 10_000, 100_000, 1_000_000],
            _ => Usual with { Users = 1_000_000 }, (size, warmUp, duration) => Of("pushs", warmUp, duration) with { Connections = 1, UsersPerPush = size }),
        new("sessions", "push", "sessions of each user", [1, 4, 16, 64],
            size => Usual with { Users = 10_000, SessionsPerUser = size, Servers = 100 }, (_, warmUp, duration) => Of("push", warmUp, duration)),
        new("rooms", "count", "rooms counted", [100, 1_000, 10_000, 100_000],
            size => Usual with { Rooms = size }, (_, warmUp, duration) => Of("count", warmUp, duration)),
        new("bytes", "push/all", "bytes of the message", [100, 1_000, 10_000, 100_000],
            _ => Usual, (size, warmUp, duration) => Of("push/all", warmUp, duration) with { Bytes = size }),
        new("connections", "push/all", "connections", [1, 10, 100, 1_000],
            _ => Usual, (size, warmUp, duration) => Of("push/all", warmUp, duration) with { Connections = size }),
    ];

    private static LoadShape Of(string route, TimeSpan warmUp, TimeSpan duration) =>
        new(route, Ack: null, Headers: [], Connections: 50, UsersPerPush: 1_000, Bytes: 100, warmUp, duration);
}

/// <summary>What one size gave; times in microseconds a request.</summary>
/// <param name="Sweep">Its sweep's name.</param>
/// <param name="Size">The size.</param>
/// <param name="RequestsPerSecond">Over all connections.</param>
/// <param name="Latency">Median.</param>
/// <param name="AppCpu">CPU time of the app's process.</param>
/// <param name="RouterCpu">Of the router nodes together.</param>
/// <param name="AppMegabytes">The most that was resident.</param>
/// <param name="RouterMegabytes">Of the router nodes together.</param>
/// <param name="Failed">Requests that were not answered with <c>ret</c> 1.</param>
internal sealed record ScalePoint(
    string Sweep, int Size, double RequestsPerSecond, double Latency, double AppCpu, double RouterCpu, double AppMegabytes, double RouterMegabytes, long Failed);
