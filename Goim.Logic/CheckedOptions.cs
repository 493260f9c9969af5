using Microsoft.Extensions.Options;

namespace Goim.Logic;

/// <summary>Options that say what is wrong with them.</summary>
internal interface ICheckedOptions
{
    /// <summary>One sentence a setting that cannot be used, naming it as it is written in the environment, its value, and what was expected.</summary>
    IEnumerable<string> Problems();
}

/// <summary>Refuses options that have a problem, at start.</summary>
internal sealed class CheckedOptions<T> : IValidateOptions<T>
    where T : class, ICheckedOptions
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var problems = options.Problems().ToArray();
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
