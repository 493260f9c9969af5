using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Settings;

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
