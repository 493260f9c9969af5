using Microsoft.Extensions.Options;

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

/// <summary>Checks the <c>LocalHost__*</c> settings.</summary>
internal sealed class LocalHostOptionsValidator : IValidateOptions<LocalHostOptions>
{
    public ValidateOptionsResult Validate(string? name, LocalHostOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.RequireKeys && options.Keys.Count == 0)
        {
            result.AddError("LocalHost__RequireKeys is true and there is no key: expected LocalHost__Keys__{name}.");
        }

        foreach (var key in options.Keys.Where(key => string.IsNullOrEmpty(key.Value)))
        {
            result.AddError($"LocalHost__Keys__{key.Key} is empty: expected a key.");
        }

        return result.Build();
    }
}
