using Goim.Logic.Delivery;

namespace Goim.Logic.Push;

/// <summary>What a push sends, and to how many recipients.</summary>
/// <param name="Records">In order.</param>
/// <param name="Recipients">The recipients.</param>
internal readonly record struct PushPlan(PushRecord[] Records, Recipients Recipients);

/// <summary>The recipients of a push, as far as they are known.</summary>
/// <param name="Sessions">Number of sessions. Null if not known.</param>
/// <param name="Servers">Number of comet servers. Null if not known.</param>
/// <param name="Offline">Users without a session, in the order of the request. Null for a push that names no users.</param>
internal readonly record struct Recipients(long? Sessions, int? Servers, IReadOnlyList<long>? Offline);
