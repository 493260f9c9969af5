namespace Goim.Logic.Access;

/// <summary>What a request shows of its caller.</summary>
/// <param name="CallerKey">The header <c>x-goim-key</c>. Null without one.</param>
/// <param name="Authorization">The header <c>Authorization</c>. Null without one.</param>
/// <param name="FunctionKeyName">Name of the function key that the Functions host has accepted. Null without one.</param>
public readonly record struct Credentials(string? CallerKey, string? Authorization, string? FunctionKeyName)
{
    /// <summary>The header of a caller's own key.</summary>
    public const string CallerKeyHeader = "x-goim-key";
}
