namespace Goim.Logic.Push;

/// <summary>What a push sends, and whom it reaches.</summary>
/// <param name="Records">In order.</param>
/// <param name="Reach">Whom.</param>
internal readonly record struct PushPlan(PushRecord[] Records, PushReach Reach);

/// <summary>Whom a push reaches.</summary>
/// <param name="Sessions">How many sessions; null where that is not known.</param>
/// <param name="Servers">On how many comet servers; null where that is not known.</param>
/// <param name="Offline">Users without a session, in the order asked; null for a push that names no users.</param>
internal readonly record struct PushReach(long? Sessions, int? Servers, IReadOnlyList<long>? Offline);
