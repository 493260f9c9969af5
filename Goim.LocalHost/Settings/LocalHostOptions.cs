namespace Goim.LocalHost.Settings;

/// <summary>Settings <c>LocalHost__*</c>.</summary>
internal sealed class LocalHostOptions
{
    public const string Section = "LocalHost";

    /// <summary>Name of the function key, and of the caller, that LocalHost adds for its own comet.</summary>
    public const string CometName = "embedded-comet";

    /// <summary>Whether callers need a function key. False unless set, as under Core Tools.</summary>
    public bool RequireKeys { get; init; }

    /// <summary>Host keys by name. The key named <c>_master</c> is also valid for the admin level.</summary>
    public Dictionary<string, string> Keys { get; init; } = [];

    /// <summary>
    /// Hosts that a request's <c>Host</c> may name besides loopback and those of <c>--urls</c>: names or addresses without a port,
    /// separated by commas, or <c>*</c> for any. None unless set.
    /// </summary>
    public string AllowedHosts { get; init; } = "";

    /// <summary>
    /// Origins of other hosts whose web pages may call LocalHost and read its answers: <c>http://host:port</c> or <c>https://host:port</c>,
    /// separated by commas. None unless set.
    /// </summary>
    public string AllowedOrigins { get; init; } = "";

    /// <summary>Splits a setting that is a list.</summary>
    public static string[] Split(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
