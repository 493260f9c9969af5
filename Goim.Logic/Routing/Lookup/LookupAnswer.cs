using Goim.Logic.Routing.Nodes;

namespace Goim.Logic.Routing.Lookup;

/// <summary>The sessions of one user, or the failure of the user's node if <paramref name="Sessions"/> is null.</summary>
internal readonly record struct LookupAnswer(UserSessions? Sessions, NodeFailure Failure);
