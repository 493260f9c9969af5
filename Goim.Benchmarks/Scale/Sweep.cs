using Goim.Benchmarks.Load;

namespace Goim.Benchmarks.Scale;

/// <summary>A series of measurements in which one parameter grows and all others stay the same.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Route">The route that is called.</param>
/// <param name="Axis">Axis label: what a size counts.</param>
/// <param name="Sizes">Values of the parameter, ascending.</param>
/// <param name="Population">The sessions at the start, by size.</param>
/// <param name="Shape">The load, by size, warm-up time and duration.</param>
internal sealed record Sweep(
    string Name,
    string Route,
    string Axis,
    int[] Sizes,
    Func<int, Population> Population,
    Func<int, TimeSpan, TimeSpan, LoadShape> Shape)
{
    private static readonly Population DefaultPopulation = new(Users: 100_000, SessionsPerUser: 1, Rooms: 1_000, Servers: 10);

    /// <summary>All sweeps. Those that end and start with the same population are adjacent, so that its sessions are put once.</summary>
    public static IReadOnlyList<Sweep> All { get; } =
    [
        new("users", "push", "users with a session", [1_000, 10_000, 100_000, 1_000_000],
            size => DefaultPopulation with { Users = size },
            (_, warmUp, duration) => DefaultShape("push", warmUp, duration)),
        new("users-per-push", "pushs", "users in one pushs", [1_000, 10_000, 100_000, 1_000_000],
            _ => DefaultPopulation with { Users = 1_000_000 },
            // One connection, since this sweep measures a single request.
            (size, warmUp, duration) => DefaultShape("pushs", warmUp, duration) with { Connections = 1, UsersPerPush = size }),
        new("sessions", "push", "sessions of each user", [1, 4, 16, 64],
            size => DefaultPopulation with { Users = 10_000, SessionsPerUser = size, Servers = 100 },
            (_, warmUp, duration) => DefaultShape("push", warmUp, duration)),
        new("rooms", "count", "rooms counted", [100, 1_000, 10_000, 100_000],
            size => DefaultPopulation with { Rooms = size },
            (_, warmUp, duration) => DefaultShape("count", warmUp, duration)),
        new("bytes", "push/all", "bytes of the message", [100, 1_000, 10_000, 100_000],
            _ => DefaultPopulation,
            (size, warmUp, duration) => DefaultShape("push/all", warmUp, duration) with { Bytes = size }),
        new("connections", "push/all", "connections", [1, 10, 100, 1_000],
            _ => DefaultPopulation,
            (size, warmUp, duration) => DefaultShape("push/all", warmUp, duration) with { Connections = size }),
    ];

    private static LoadShape DefaultShape(string route, TimeSpan warmUp, TimeSpan duration) =>
        new(route, Ack: null, Headers: [], Connections: 50, UsersPerPush: 1_000, Bytes: 100, warmUp, duration);
}

/// <summary>The results at one size of a sweep. Times are in microseconds per request.</summary>
/// <param name="Sweep">Name of the sweep.</param>
/// <param name="Size">The size.</param>
/// <param name="RequestsPerSecond">Requests per second over all connections.</param>
/// <param name="Latency">Median latency.</param>
/// <param name="AppCpu">CPU time of the app's process.</param>
/// <param name="RouterCpu">CPU time of all router nodes together.</param>
/// <param name="AppMegabytes">Peak of the app's resident memory in MB.</param>
/// <param name="RouterMegabytes">Sum of the peaks of the router nodes' resident memory in MB.</param>
/// <param name="Failed">Number of requests that were not answered with <c>ret</c> 1.</param>
internal sealed record ScalePoint(
    string Sweep,
    int Size,
    double RequestsPerSecond,
    double Latency,
    double AppCpu,
    double RouterCpu,
    double AppMegabytes,
    double RouterMegabytes,
    long Failed);
