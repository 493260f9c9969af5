namespace Goim.Benchmarks.LoadTest;

/// <summary>The parts of a load test, in their order.</summary>
internal static class Parts
{
    /// <summary>Clients connect, and stay connected until <see cref="Deliveries"/> has ended.</summary>
    public const string Connections = "connections";

    /// <summary>Requests to rooms that nobody is in: a record each, no lookup and no delivery.</summary>
    public const string Room = "push/room";

    /// <summary>Requests with one push to a connected user each, and with many.</summary>
    public const string User = "push", Batch = "push/batch";

    /// <summary>Pushes to the room of the connected clients, at a fixed rate.</summary>
    public const string Deliveries = "deliveries";

    /// <summary>Clients connect, close, and connect again.</summary>
    public const string Churn = "churn";

    /// <summary>All of them.</summary>
    public static string[] All { get; } = [Connections, Room, User, Batch, Deliveries, Churn];

    /// <summary>What a part counts.</summary>
    public static string UnitOf(string part) => part switch
    {
        Connections or Churn => "connects",
        Deliveries => "deliveries",
        _ => "requests",
    };
}
