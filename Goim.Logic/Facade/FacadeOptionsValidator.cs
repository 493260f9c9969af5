using Microsoft.Extensions.Options;

namespace Goim.Logic.Facade;

/// <summary>Checks the <c>Facade__*</c> settings.</summary>
internal sealed class FacadeOptionsValidator : IValidateOptions<FacadeOptions>
{
    public ValidateOptionsResult Validate(string? name, FacadeOptions options) => options.MaxConcurrent is >= 1 and <= 100_000
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"Facade__MaxConcurrent is {options.MaxConcurrent}: expected 1 to 100000.");
}
