using System.Globalization;
using System.Text.RegularExpressions;
using Goim.Settings;
using Microsoft.Extensions.Options;

namespace Goim.Kafka;

/// <summary>Checks the <c>Kafka*</c> settings. Never quotes a password.</summary>
internal sealed partial class KafkaOptionsValidator : IValidateOptions<KafkaOptions>
{
    public ValidateOptionsResult Validate(string? name, KafkaOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.MaxRecordBytes is < 1_000 or > 20_000_000)
        {
            result.AddError($"KafkaMaxRecordBytes is {options.MaxRecordBytes}: expected 1000 to 20000000.");
        }

        CheckTopics(options, result);
        CheckBrokers(options.Brokers, result);
        CheckAuthentication(options, result);
        if (options.CaFile is not null && PemFile.Problem("KafkaCaFile", options.CaFile) is { } unusable)
        {
            result.AddError(unusable);
        }

        return result.Build();
    }

    private static void CheckTopics(KafkaOptions options, ValidateOptionsResultBuilder result)
    {
        foreach (var (name, topic) in new[] { ("KafkaTopic", options.Topic), ("KafkaEventsTopic", options.EventsTopic) })
        {
            if (!TopicName().IsMatch(topic) || topic is "." or "..")
            {
                result.AddError($"{name} is '{topic}': expected 1 to 249 of A-Z a-z 0-9 . _ -.");
            }
        }

        if (options.Topic == options.EventsTopic)
        {
            result.AddError($"KafkaEventsTopic is '{options.EventsTopic}', the topic of pushes: expected another one.");
        }
    }

    private static void CheckBrokers(string brokers, ValidateOptionsResultBuilder result)
    {
        if (brokers.Length == 0)
        {
            result.AddError("KafkaBrokers is missing: expected host:port,host:port.");
            return;
        }

        var entry = 0;
        foreach (var broker in brokers.Split(','))
        {
            entry++;
            var colon = broker.LastIndexOf(':');
            if (colon < 1
                || !IsHost(broker[..colon])
                || !ushort.TryParse(broker.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                || port == 0)
            {
                // A connection string, or a user before an @, may hold a secret.
                result.AddError(broker.AsSpan().ContainsAny('=', '@')
                    ? $"KafkaBrokers has no address as entry {entry}: expected host:port,host:port, without users and keys."
                    : $"KafkaBrokers holds '{broker}': expected host:port,host:port.");
            }
        }
    }

    // An IPv6 address is in brackets.
    private static bool IsHost(string text) => Uri.CheckHostName(text) switch
    {
        UriHostNameType.Dns or UriHostNameType.IPv4 => true,
        UriHostNameType.IPv6 => text[0] == '[',
        _ => false,
    };

    private static void CheckAuthentication(KafkaOptions options, ValidateOptionsResultBuilder result)
    {
        if (options.Authentication == KafkaAuthentication.Gssapi)
        {
            result.AddError($"KafkaAuthentication is {options.Authentication}: expected Plain, ScramSha256, ScramSha512 or OAuthBearer.");
        }

        if (options.Protocol is not (KafkaProtocol.SaslPlaintext or KafkaProtocol.SaslSsl))
        {
            if (options.Username is not null || options.Password is not null || options.Authentication != KafkaAuthentication.NotSet)
            {
                result.AddError(
                    "KafkaAuthentication, KafkaUsername or KafkaPassword is set with KafkaProtocol "
                    + $"{options.Protocol}: expected SaslPlaintext or SaslSsl.");
            }

            return;
        }

        CheckSasl(options, result);
    }

    private static void CheckSasl(KafkaOptions options, ValidateOptionsResultBuilder result)
    {
        if (options.Authentication == KafkaAuthentication.NotSet)
        {
            result.AddError(
                $"KafkaAuthentication is missing with KafkaProtocol {options.Protocol}: "
                + "expected Plain, ScramSha256, ScramSha512 or OAuthBearer.");
        }

        if (options.UsesToken)
        {
            if (options.Password is not null)
            {
                result.AddError("KafkaPassword is set with KafkaAuthentication OAuthBearer: expected none, the identity's token is used.");
            }

            return;
        }

        if (options.Username is null)
        {
            result.AddError($"KafkaUsername is missing with KafkaProtocol {options.Protocol}.");
        }

        if (options.Password is null)
        {
            result.AddError($"KafkaPassword is missing with KafkaProtocol {options.Protocol}.");
        }
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,249}\\z")]
    private static partial Regex TopicName();
}
