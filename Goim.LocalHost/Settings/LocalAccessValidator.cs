using Goim.Logic.Access;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Settings;

/// <summary>Refuses a caller with the name of LocalHost's own.</summary>
internal sealed class LocalAccessValidator(IConfiguration settings) : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options) =>
        settings.GetSection($"{AccessOptions.Section}:{nameof(AccessOptions.Callers)}:{LocalHostOptions.CometName}").Exists()
            ? ValidateOptionsResult.Fail(
                $"Access__Callers__{LocalHostOptions.CometName} is the caller that LocalHost adds for its own comet: "
                    + "expected another name.")
            : ValidateOptionsResult.Success;
}
