using Goim.Benchmarks.Comet;

namespace Goim.Benchmarks.LoadTest;

/// <summary>What a job does.</summary>
/// <param name="Url">Base URL of the app.</param>
/// <param name="Comet">Where clients connect; null if none do.</param>
/// <param name="Job">Number of the job from 1, which gives it users and a room of its own.</param>
/// <param name="FirstUser">Id of the first job's first user.</param>
/// <param name="Connections">HTTP connections, each with one request at a time.</param>
/// <param name="Clients">Clients that stay connected, and as many that connect again and again.</param>
/// <param name="Rate">Pushes a second to the room of the clients.</param>
/// <param name="Bytes">Size of a message.</param>
/// <param name="Ack">Query parameter <c>ack</c> of pushes; null for none.</param>
/// <param name="WarmUp">Time before each measurement.</param>
/// <param name="Duration">Time of each measurement.</param>
internal sealed record LoadJobShape(
    Uri Url,
    ServerAddress? Comet,
    int Job,
    long FirstUser,
    int Connections,
    int Clients,
    double Rate,
    int Bytes,
    string? Ack,
    TimeSpan WarmUp,
    TimeSpan Duration)
{
    /// <summary>Users of each job.</summary>
    public const int UsersPerJob = 1_000_000;

    /// <summary>Room of the first job's clients, if their tokens are signed.</summary>
    public const int FirstRoom = 1_000_000_000;

    /// <summary>Rooms that nobody is in. Many, so that their records are on all partitions.</summary>
    public const int FirstEmptyRoom = 2_000_000_000, EmptyRooms = 1_000;

    /// <summary>Most users in a batch.</summary>
    public const int MaxBatch = 1_000;

    /// <summary>Parts with a warm-up and a measurement.</summary>
    public int TimedParts => Comet is null ? 1 : 5;

    /// <summary>Time of all parts.</summary>
    public TimeSpan Time => TimedParts * (WarmUp + Duration);

    /// <summary>Id of this job's first user.</summary>
    public long User => FirstUser + ((Job - 1L) * UsersPerJob);

    /// <summary>Room of this job's clients, if their tokens are signed.</summary>
    public int Room => FirstRoom + Job - 1;

    public int Batch => Math.Min(Clients, MaxBatch);
}
