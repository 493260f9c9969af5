using Goim.Settings;

namespace Goim.Logic.Access;

/// <summary>Settings <c>Access__*</c>: the callers of the API, and what each may do.</summary>
public sealed class AccessOptions
{
    public const string Section = "Access";

    /// <summary>Callers by name. None unless set: then a function key opens every route.</summary>
    public Dictionary<string, CallerOptions> Callers { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Address of the OpenID Connect provider whose bearer tokens callers may show. Null for none.</summary>
    public string? Authority { get; init => field = value is "" ? null : value; }

    /// <summary>The audience that these tokens must have. Null for none.</summary>
    public string? Audience { get; init => field = value is "" ? null : value; }

    /// <summary>What function keys are worth once there is a caller; <c>either</c> unless set.</summary>
    public FunctionKeyUse KeepFunctionKeys { get; init; } = FunctionKeyUse.Either;

    /// <summary>Whether the Functions host must let every request through, because a caller may come without a function key.</summary>
    public bool IsWithoutFunctionKeys => Callers.Count > 0 && KeepFunctionKeys != FunctionKeyUse.Both;

    /// <summary>Removes callers whose settings are all empty: <c>local.settings.sample.json</c> has one.</summary>
    internal void RemoveEmptyCallers()
    {
        foreach (var (name, _) in Callers.Where(static caller => caller.Value.IsEmpty).ToArray())
        {
            Callers.Remove(name);
        }
    }
}

/// <summary>Settings <c>Access__Callers__{name}__*</c>. All are texts, which <see cref="AccessOptionsValidator"/> checks.</summary>
public sealed class CallerOptions
{
    /// <summary>The caller's key, or two separated by a comma while it is changed. Null for none.</summary>
    public string? Key { get; init => field = value is "" ? null : value; }

    /// <summary>The claim <c>sub</c> of the caller's bearer tokens. Null for none.</summary>
    public string? Subject { get; init => field = value is "" ? null : value; }

    /// <summary>The claim <c>azp</c> or <c>appid</c> of the caller's bearer tokens. Null for none.</summary>
    public string? AppId { get; init => field = value is "" ? null : value; }

    /// <summary>Names of scopes, separated by commas.</summary>
    public string Scopes { get; init; } = "";

    /// <summary>Rooms that the caller may push to, such as <c>0-999,2000</c>. Null for all.</summary>
    public string? Rooms { get; init => field = value is "" ? null : value; }

    /// <summary>Most requests a second that one instance of the app takes from the caller. Null for no limit.</summary>
    public string? RequestsPerSecond { get; init => field = value is "" ? null : value; }

    /// <summary>Most users a second in these requests. Null for no limit.</summary>
    public string? UsersPerSecond { get; init => field = value is "" ? null : value; }

    internal bool IsEmpty => Scopes.Length == 0
        && (Key ?? Subject ?? AppId ?? Rooms ?? RequestsPerSecond ?? UsersPerSecond) is null;

    /// <summary>The keys of <see cref="Key"/>.</summary>
    internal string[] Keys => Key?.Split(',', StringSplitOptions.TrimEntries) ?? [];
}

/// <summary>What function keys are worth beside callers.</summary>
[SettingValues("either", "none", "both")]
public enum FunctionKeyUse
{
    /// <summary>A caller, or a function key, which has all scopes.</summary>
    Either,

    /// <summary>Callers only.</summary>
    None,

    /// <summary>A caller that shows a function key too.</summary>
    Both,
}
