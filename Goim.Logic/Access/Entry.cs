using System.Globalization;

namespace Goim.Logic.Access;

/// <summary>A request whose caller may use its route. What is in the request may still be refused.</summary>
public readonly struct Entry
{
    private readonly Caller? caller;

    internal Entry(Caller caller) => this.caller = caller;

    /// <summary>The caller. Null if none is configured.</summary>
    internal Caller? Known => caller;

    /// <summary>Name of the caller. Null if no caller is configured.</summary>
    public string? Caller => caller?.Name;

    /// <summary>The owner of the request's idempotency keys. Null if its function key is, or no caller is configured.</summary>
    public string? KeyOwner => caller?.KeyOwner;

    /// <summary>
    /// Takes a request from the caller's limit. The problem if none is left, or if it lacks a scope. Null if it may enter.
    /// </summary>
    /// <param name="scopes">The scope that the route needs, or several of which one is enough.</param>
    internal Problem? Enter(Scope scopes) => caller?.Limit?.TakeRequest() ?? Needs(scopes, "nothing was done.");

    /// <summary>The problem if the caller lacks a scope. Null if it has it.</summary>
    /// <param name="scopes">One scope, or several of which one is enough.</param>
    /// <param name="nothingDone">What was not done: <c>nothing was sent.</c></param>
    public Problem? Needs(Scope scopes, string nothingDone) =>
        caller is null || (caller.Scopes & scopes) != 0
            ? null
            : new Problem(
                ProblemKind.Forbidden, $"caller {caller.Name} lacks the scope {ScopeNames.Of(scopes)} (Access__Callers): {nothingDone}")
            { Target = ScopeNames.Of(scopes) };

    /// <summary>The problem if the caller may not push to a room. Null if it may.</summary>
    public Problem? NeedsRoom(int roomId, string nothingDone) =>
        caller?.Rooms is not { } rooms || rooms.Contains(roomId)
            ? null
            : new Problem(
                ProblemKind.Forbidden, $"room {roomId} is not one of caller {caller.Name} (Access__Callers): {nothingDone}")
            { Target = string.Create(CultureInfo.InvariantCulture, $"room {roomId}") };

    /// <summary>Takes users from the caller's limit. The problem if there are not enough left. Null if there are.</summary>
    /// <param name="count">Users of the request. A room, or all, counts one.</param>
    /// <param name="nothingDone">What was not done: <c>nothing was sent.</c></param>
    public Problem? TakeUsers(int count, string nothingDone) => caller?.Limit?.TakeUsers(count, nothingDone);
}
