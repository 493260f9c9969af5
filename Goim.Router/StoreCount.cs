namespace Goim.Router;

/// <summary>How much a store has.</summary>
/// <param name="Sessions">Sessions.</param>
/// <param name="Users">Users with a session.</param>
internal readonly record struct StoreCount(long Sessions, long Users);
