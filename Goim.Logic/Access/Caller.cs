namespace Goim.Logic.Access;

/// <summary>Who sends requests, and what this caller may do.</summary>
/// <param name="Name">Name of the settings, or <c>function key {name}</c>.</param>
/// <param name="Scopes">What the caller may do.</param>
/// <param name="Rooms">The rooms that the caller may push to. Null for all.</param>
internal sealed record Caller(string Name, Scope Scopes, RoomSet? Rooms)
{
    /// <summary>The owner of idempotency keys, a part of a blob's name. Null for a function key, which is the owner itself.</summary>
    public string? KeyOwner { get; private init; } = $"caller-{Name.ToLowerInvariant()}";

    /// <summary>What it may send in a second. Null for no limit.</summary>
    public CallerLimit? Limit { get; init; }

    /// <summary>A caller that shows a function key: it has every scope.</summary>
    public static Caller OfFunctionKey(string name) => new($"function key {name}", Scope.All, null) { KeyOwner = null };
}
