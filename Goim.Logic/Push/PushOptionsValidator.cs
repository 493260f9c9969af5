using Goim.Kafka;
using Goim.Logic.Input;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Push;

/// <summary>Checks the <c>Push__*</c> settings.</summary>
internal sealed class PushOptionsValidator(IConfiguration settings) : IValidateOptions<PushOptions>
{
    public ValidateOptionsResult Validate(string? name, PushOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.MaxRequestBytes is < 1_000 or > 100_000_000)
        {
            result.AddError($"Push__MaxRequestBytes is {options.MaxRequestBytes}: expected 1000 to 100000000.");
        }

        if (settings[HostBodyLimit.Setting] is { Length: > 0 } text && HostBodyLimit.Read(settings) is null)
        {
            result.AddError($"{HostBodyLimit.Setting} is {Quoted.Of(text)}: expected a number of bytes.");
        }
        else if (HostBodyLimit.Read(settings) is { } limit && limit < options.MaxRequestBytes)
        {
            result.AddError(
                $"Push__MaxRequestBytes is {options.MaxRequestBytes}: expected {limit} at most, since the Functions host refuses "
                + $"a larger body ({HostBodyLimit.Setting}).");
        }

        if (options.MaxConcurrent is < 1 or > 100_000)
        {
            result.AddError($"Push__MaxConcurrent is {options.MaxConcurrent}: expected 1 to 100000.");
        }

        if (options.MaxUsers is < 1 or > 10_000_000)
        {
            result.AddError($"Push__MaxUsers is {options.MaxUsers}: expected 1 to 10000000.");
        }

        // Read from the settings: Kafka's options may be refused too, and then each refusal is reported by itself.
        var usesToken = string.Equals(
            settings["KafkaAuthentication"], nameof(KafkaAuthentication.OAuthBearer), StringComparison.OrdinalIgnoreCase);
        if (usesToken && options.Ack == PushAck.Queue)
        {
            result.AddError(
                "Push__Ack is queue: expected broker with KafkaAuthentication OAuthBearer, "
                + "since the output binding has no token for Kafka.");
        }

        return result.Build();
    }
}
