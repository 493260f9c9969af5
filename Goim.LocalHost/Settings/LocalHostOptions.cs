namespace Goim.LocalHost.Settings;

/// <summary>Settings <c>LocalHost__*</c>.</summary>
internal sealed class LocalHostOptions
{
    public const string Section = "LocalHost";

    /// <summary>Whether callers need a function key. False unless set, as under Core Tools.</summary>
    public bool RequireKeys { get; init; }

    /// <summary>Host keys by name. The key named <c>_master</c> is also valid for the admin level.</summary>
    public Dictionary<string, string> Keys { get; init; } = [];
}
