using Goim.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Push;

/// <summary>Settings <c>Push__*</c>: when a push is answered, and its limits.</summary>
public sealed class PushOptions
{
    public const string Section = "Push";

    /// <summary>When a push is answered whose request does not say; <c>queue</c> unless set.</summary>
    public PushAck Ack { get; init; } = PushAck.Queue;

    /// <summary>Most bytes of the body of a request for many users or sessions: 1,000 to 100,000,000, 32 MiB unless set.</summary>
    public int MaxRequestBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Most user ids in one <c>/1/pushs</c>, or in one line of a batch: 1 to 10,000,000, 1,000,000 unless set.</summary>
    public int MaxUsers { get; init; } = 1_000_000;

    /// <summary>Most pushes under way at once in this process: 1 to 100,000, 1,000 unless set. One more is refused.</summary>
    public int MaxConcurrent { get; init; } = 1_000;
}

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

        if (!Enum.IsDefined(options.Ack))
        {
            result.AddError($"Push__Ack is {options.Ack}: expected queue or broker.");
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
