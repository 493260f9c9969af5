using System.Globalization;
using Goim.Logic.Input;
using Goim.Logic.Jwt;
using Goim.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Access;

/// <summary>Checks the <c>Access__*</c> settings. No message has a key.</summary>
internal sealed class AccessOptionsValidator(IConfiguration settings) : IValidateOptions<AccessOptions>
{
    private const int LongestName = 64, MostPerSecond = 1_000_000;
    private const string Callers = "Access__Callers__";

    /// <summary>Names that the trail gives to requests without a caller.</summary>
    private static readonly string[] Reserved = ["anyone", AuditTrail.Unknown];

    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        foreach (var problem in Unknown(options)
            .Concat(Together(options))
            .Concat(options.Callers.OrderBy(static caller => caller.Key, StringComparer.Ordinal)
                .SelectMany(caller => Problems(caller.Key, caller.Value, options.Authority is not null)))
            .Concat(Shared(options, "Key", static caller => caller.Keys))
            .Concat(Shared(options, "Subject", static caller => ListOf(caller.Subject)))
            .Concat(Shared(options, "AppId", static caller => ListOf(caller.AppId))))
        {
            result.AddError(problem);
        }

        return result.Build();
    }

    // A caller without a member that its owner believes to be set may do more than it should.
    private IEnumerable<string> Unknown(AccessOptions options)
    {
        var access = settings.GetSection(AccessOptions.Section);
        foreach (var problem in UnknownSettings.In<AccessOptions>(access))
        {
            yield return problem;
        }

        foreach (var caller in access.GetSection(nameof(AccessOptions.Callers)).GetChildren())
        {
            if (!string.IsNullOrEmpty(caller.Value))
            {
                yield return $"{Callers}{caller.Key} is no setting: expected {Callers}{caller.Key}__Key and others.";
            }

            foreach (var problem in UnknownSettings.In<CallerOptions>(caller))
            {
                yield return problem;
            }

            if (options.Callers.ContainsKey(caller.Key) && caller[nameof(CallerOptions.Rooms)] is "")
            {
                yield return $"{Callers}{caller.Key}__Rooms is empty: expected {RoomSet.Expected}, or no such setting for all rooms.";
            }
        }
    }

    private static IEnumerable<string> Together(AccessOptions options)
    {
        if ((options.Authority is null) != (options.Audience is null))
        {
            var (set, missing) = options.Authority is null ? ("Audience", "Authority") : ("Authority", "Audience");
            yield return $"Access__{set} is set and Access__{missing} is not: expected both.";
        }

        if (options.Authority is { } authority && !OidcKeys.IsAuthority(authority))
        {
            yield return $"Access__Authority {OidcKeys.Shown(authority)}: expected {OidcKeys.ExpectedAuthority}.";
        }

        if (options.Callers.Count == 0 && options.KeepFunctionKeys != FunctionKeyUse.Either)
        {
            var use = options.KeepFunctionKeys == FunctionKeyUse.None ? "none" : "both";
            yield return $"Access__KeepFunctionKeys is {use} and there is no caller: expected either, or Access__Callers__{{name}}__*.";
        }
    }

    private static IEnumerable<string> Problems(string name, CallerOptions caller, bool takesTokens)
    {
        var prefix = $"{Callers}{name}";
        if (name.Length > LongestName || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            yield return $"Access__Callers has a caller {Quoted.Of(name)}: expected a name of 1 to {LongestName} letters, digits, - _ or .";
        }

        if (Array.IndexOf(Reserved, name.ToLowerInvariant()) >= 0)
        {
            yield return $"Access__Callers has a caller {name}, a name of the trail for others: expected another name.";
        }

        if (Array.Exists(caller.Keys, KeyVaultReference.Is))
        {
            yield return $"{prefix}__Key {KeyVaultReference.Problem}";
        }
        else if (caller.Keys.Length > 2 || !Array.TrueForAll(caller.Keys, static key => TokenForm.IsValid(key)))
        {
            yield return $"{prefix}__Key is no key: expected {TokenForm.Expected}, or two such keys separated by a comma.";
        }

        if ((caller.Key ?? caller.Subject ?? caller.AppId) is null)
        {
            yield return $"{prefix}__Key is missing: expected a key, or {prefix}__Subject or {prefix}__AppId for bearer tokens.";
        }

        if (!takesTokens && (caller.Subject ?? caller.AppId) is not null)
        {
            yield return $"{prefix}__{(caller.Subject is null ? "AppId" : "Subject")} is set and Access__Authority is not: "
                + "expected the provider of the caller's bearer tokens.";
        }

        foreach (var problem in Rights(prefix, caller))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> Rights(string prefix, CallerOptions caller)
    {
        if (caller.Scopes.Length == 0)
        {
            yield return $"{prefix}__Scopes is empty: expected one or more of {ScopeNames.Expected}, separated by commas.";
        }
        else
        {
            foreach (var scope in caller.Scopes.Split(',', StringSplitOptions.TrimEntries)
                .Where(static scope => ScopeNames.Parse(scope) == Scope.None))
            {
                // A long text may be a key at the wrong place.
                var shown = scope.Length <= 12 ? Quoted.Of(scope) : $"a name of {scope.Length} characters";
                yield return $"{prefix}__Scopes has {shown}: expected {ScopeNames.Expected}.";
            }
        }

        if (caller.Rooms is { } rooms && !RoomSet.TryParse(rooms, out _))
        {
            yield return $"{prefix}__Rooms is {Quoted.Of(rooms)}: expected {RoomSet.Expected}.";
        }

        if (!IsLimit(caller.RequestsPerSecond))
        {
            yield return WrongLimit($"{prefix}__RequestsPerSecond", caller.RequestsPerSecond!);
        }

        if (!IsLimit(caller.UsersPerSecond))
        {
            yield return WrongLimit($"{prefix}__UsersPerSecond", caller.UsersPerSecond!);
        }
    }

    // What tells callers apart must be the own of each.
    private static IEnumerable<string> Shared(AccessOptions options, string member, Func<CallerOptions, string[]> values) =>
        options.Callers.OrderBy(static caller => caller.Key, StringComparer.Ordinal)
            .SelectMany(caller => values(caller.Value).Select(value => (Value: value, Name: caller.Key)))
            .GroupBy(static each => each.Value, each => each.Name, StringComparer.Ordinal)
            .Where(static group => group.Count() > 1)
            .Select(static group => group.Distinct(StringComparer.Ordinal).ToArray())
            .Select(names => names.Length == 1
                ? $"{Callers}{names[0]}__{member} has the same key twice: expected two different ones."
                : $"{string.Join(" and ", names.Select(name => $"{Callers}{name}__{member}"))} are the same: "
                    + "expected one for each caller.");

    private static string[] ListOf(string? value) => value is null ? [] : [value];

    private static bool IsLimit(string? text) => text is null
        || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MostPerSecond);

    private static string WrongLimit(string setting, string text) =>
        $"{setting} is {Quoted.Of(text)}: expected a whole number from 1 to {MostPerSecond}.";
}
