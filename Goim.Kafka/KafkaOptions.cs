using Microsoft.Extensions.Configuration;

namespace Goim.Kafka;

/// <summary>Settings <c>Kafka*</c>: the brokers, how to sign in, and the size of a record. An empty text counts as not set.</summary>
public sealed class KafkaOptions
{
    /// <summary>The settings have no section of their own.</summary>
    public const string Section = "";

    /// <summary>Bootstrap brokers, <c>host:port,…</c>.</summary>
    [ConfigurationKeyName("KafkaBrokers")]
    public string Brokers { get; set; } = "";

    /// <summary>Whether every broker of <see cref="Brokers"/> is named by a loopback address.</summary>
    public bool IsLoopback => Brokers.Split(',').All(static broker => Uri.TryCreate($"tcp://{broker.Trim()}", UriKind.Absolute, out var uri)
        && uri.IsLoopback);

    /// <summary>Topic of pushes.</summary>
    [ConfigurationKeyName("KafkaTopic")]
    public string Topic { get; set; } = "KafkaPushsTopic";

    /// <summary>Topic of events. Never the topic of pushes: goim's job rejects every op that it does not know.</summary>
    [ConfigurationKeyName("KafkaEventsTopic")]
    public string EventsTopic { get; set; } = "KafkaEventsTopic";

    /// <summary><c>Plaintext</c> unless set.</summary>
    [ConfigurationKeyName("KafkaProtocol")]
    public KafkaProtocol Protocol { get; set; } = KafkaProtocol.Plaintext;

    /// <summary>None unless set. Required with a SASL protocol.</summary>
    [ConfigurationKeyName("KafkaAuthentication")]
    public KafkaAuthentication Authentication { get; set; } = KafkaAuthentication.NotSet;

    /// <summary>
    /// SASL user name. With OAuthBearer, the client id of a user-assigned identity; null for the environment's own identity.
    /// </summary>
    [ConfigurationKeyName("KafkaUsername")]
    public string? Username { get; set => field = value is "" ? null : value; }

    /// <summary>SASL password. Null with OAuthBearer.</summary>
    [ConfigurationKeyName("KafkaPassword")]
    public string? Password { get; set => field = value is "" ? null : value; }

    /// <summary>PEM file of the authority that signed the broker's certificate. Null for the system's authorities.</summary>
    [ConfigurationKeyName("KafkaCaFile")]
    public string? CaFile { get; set => field = value is "" ? null : value; }

    /// <summary>Most bytes of key, value and 26 together, as sarama counts: 1,000 to 20,000,000; 1,000,000 unless set.</summary>
    [ConfigurationKeyName("KafkaMaxRecordBytes")]
    public int MaxRecordBytes { get; set; } = 1_000_000;

    /// <summary>
    /// <c>message.max.bytes</c> of a librdkafka producer. librdkafka counts more than key and value, so it gets a little room: a record
    /// that is too large is refused by our own check.
    /// </summary>
    public int MaxMessageBytes => MaxRecordBytes + 100;

    /// <summary>Whether clients sign in with an identity's token.</summary>
    public bool UsesToken => Authentication == KafkaAuthentication.OAuthBearer;
}
