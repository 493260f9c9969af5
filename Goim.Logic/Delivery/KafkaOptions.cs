using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Goim.Logic.Delivery;

/// <summary>Settings <c>Kafka*</c>: the broker and the size of a record.</summary>
public sealed partial class KafkaOptions : ICheckedOptions
{
    /// <summary>Brokers to start from, <c>host:port,…</c>.</summary>
    [ConfigurationKeyName("KafkaBrokers")]
    public string Brokers { get; set; } = "";

    /// <summary>Topic of pushes.</summary>
    [ConfigurationKeyName("KafkaTopic")]
    public string Topic { get; set; } = "KafkaPushsTopic";

    /// <summary>Topic of events; never the topic of pushes, since goim's job rejects what it does not know.</summary>
    [ConfigurationKeyName("KafkaEventsTopic")]
    public string EventsTopic { get; set; } = "KafkaEventsTopic";

    [ConfigurationKeyName("KafkaProtocol")]
    public KafkaProtocol Protocol { get; set; } = KafkaProtocol.Plaintext;

    [ConfigurationKeyName("KafkaAuthentication")]
    public KafkaAuthentication Authentication { get; set; } = KafkaAuthentication.NotSet;

    [ConfigurationKeyName("KafkaUsername")]
    public string? Username { get; set; }

    [ConfigurationKeyName("KafkaPassword")]
    public string? Password { get; set; }

    /// <summary>PEM file of the authority that signed the broker's certificate; the system's authorities unless set.</summary>
    [ConfigurationKeyName("KafkaCaFile")]
    public string? CaFile { get; set; }

    /// <summary>Key, value and 26 bytes together, as sarama counts: 1,000 to 1,000,000 (the output binding's own limit); 1,000,000 unless set.</summary>
    [ConfigurationKeyName("KafkaMaxRecordBytes")]
    public int MaxRecordBytes { get; set; } = 1_000_000;

    IEnumerable<string> ICheckedOptions.Problems()
    {
        if (MaxRecordBytes is < 1_000 or > 1_000_000)
        {
            yield return $"KafkaMaxRecordBytes is {MaxRecordBytes}: expected 1000 to 1000000.";
        }

        foreach (var (name, topic) in new[] { ("KafkaTopic", Topic), ("KafkaEventsTopic", EventsTopic) })
        {
            if (!TopicName().IsMatch(topic) || topic is "." or "..")
            {
                yield return $"{name} is '{topic}': expected 1 to 249 of A-Z a-z 0-9 . _ -.";
            }
        }

        if (Brokers.Length == 0)
        {
            yield return "KafkaBrokers is missing: expected host:port, several separated by commas.";
        }

        foreach (var broker in Brokers.Split(',', StringSplitOptions.TrimEntries))
        {
            var colon = broker.LastIndexOf(':');
            if (Brokers.Length > 0 && (colon < 1 || !ushort.TryParse(broker.AsSpan(colon + 1), out var port) || port == 0))
            {
                yield return $"KafkaBrokers holds '{broker}': expected host:port.";
            }
        }

        if (Topic == EventsTopic)
        {
            yield return $"KafkaEventsTopic is '{EventsTopic}', the topic of pushes: expected another one.";
        }

        if (!Enum.IsDefined(Protocol))
        {
            yield return $"KafkaProtocol is {Protocol}: expected {string.Join(", ", Enum.GetNames<KafkaProtocol>())}.";
        }

        if (!Enum.IsDefined(Authentication))
        {
            yield return $"KafkaAuthentication is {Authentication}: expected Plain, ScramSha256 or ScramSha512.";
        }

        if (Protocol is KafkaProtocol.Plaintext or KafkaProtocol.Ssl && (Username is { Length: > 0 } || Password is { Length: > 0 }))
        {
            yield return $"KafkaUsername or KafkaPassword is set with KafkaProtocol {Protocol}: expected SaslPlaintext or SaslSsl.";
        }

        if (Protocol is KafkaProtocol.SaslPlaintext or KafkaProtocol.SaslSsl)
        {
            if (Authentication is not (KafkaAuthentication.Plain or KafkaAuthentication.ScramSha256 or KafkaAuthentication.ScramSha512))
            {
                yield return $"KafkaAuthentication is {Authentication} with KafkaProtocol {Protocol}: expected Plain, ScramSha256 or ScramSha512.";
            }

            if (string.IsNullOrEmpty(Username))
            {
                yield return $"KafkaUsername is missing with KafkaProtocol {Protocol}.";
            }

            if (string.IsNullOrEmpty(Password))
            {
                yield return $"KafkaPassword is missing with KafkaProtocol {Protocol}.";
            }
        }

        if (CaFile is not null && !File.Exists(CaFile))
        {
            yield return $"KafkaCaFile is '{CaFile}': expected a file that exists.";
        }
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,249}\\z")]
    private static partial Regex TopicName();
}

/// <summary>How the broker is spoken to; names of the Kafka binding's <c>BrokerProtocol</c>.</summary>
public enum KafkaProtocol
{
    Plaintext,
    Ssl,
    SaslPlaintext,
    SaslSsl,
}

/// <summary>How the broker is authenticated to; names of the Kafka binding's <c>BrokerAuthenticationMode</c>.</summary>
public enum KafkaAuthentication
{
    NotSet,
    Gssapi,
    Plain,
    ScramSha256,
    ScramSha512,
    OAuthBearer,
}
