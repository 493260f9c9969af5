using Microsoft.Extensions.Options;

namespace Goim.Router;

/// <summary>Settings <c>RouterNode__*</c> of a router node.</summary>
public sealed class RouterNodeOptions
{
    public const string Section = "RouterNode";

    /// <summary>Buckets that users are spread over, each behind one lock: 1 to 65,536, 16 unless set.</summary>
    public int Buckets { get; init; } = 16;

    /// <summary>How long a user without a session keeps its sequence number: 1 s to 30 days, 1 h unless set (goim's).</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromHours(1);
}

internal sealed class RouterNodeOptionsValidator : IValidateOptions<RouterNodeOptions>
{
    public ValidateOptionsResult Validate(string? name, RouterNodeOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.Buckets is < 1 or > 65_536)
        {
            result.AddError($"RouterNode__Buckets is {options.Buckets}: expected 1 to 65536.");
        }

        if (options.SessionExpiry < TimeSpan.FromSeconds(1) || options.SessionExpiry > TimeSpan.FromDays(30))
        {
            result.AddError($"RouterNode__SessionExpiry is {options.SessionExpiry}: expected 00:00:01 to 30.00:00:00.");
        }

        return result.Build();
    }
}
