using Confluent.Kafka;

namespace Goim.Logic.Delivery;

/// <summary>The part of a librdkafka configuration that says which broker and how.</summary>
public static class KafkaConnection
{
    /// <summary>A client configuration from the <c>Kafka*</c> settings, to be completed by its user.</summary>
    public static ClientConfig To(KafkaOptions options) => new()
    {
        BootstrapServers = options.Brokers,
        SecurityProtocol = options.Protocol switch
        {
            KafkaProtocol.Ssl => SecurityProtocol.Ssl,
            KafkaProtocol.SaslPlaintext => SecurityProtocol.SaslPlaintext,
            KafkaProtocol.SaslSsl => SecurityProtocol.SaslSsl,
            _ => SecurityProtocol.Plaintext,
        },
        SaslMechanism = options.Authentication switch
        {
            KafkaAuthentication.Plain => SaslMechanism.Plain,
            KafkaAuthentication.ScramSha256 => SaslMechanism.ScramSha256,
            KafkaAuthentication.ScramSha512 => SaslMechanism.ScramSha512,
            KafkaAuthentication.OAuthBearer => SaslMechanism.OAuthBearer,
            _ => null,
        },
        SaslUsername = options.Authentication == KafkaAuthentication.OAuthBearer ? null : options.Username,
        SaslPassword = options.Password,
        SslCaLocation = options.CaFile,
        SocketKeepaliveEnable = true,

        // Event Hubs drops what is idle for longer than four minutes (learn.microsoft.com/azure/event-hubs/apache-kafka-configurations).
        ConnectionsMaxIdleMs = 180_000,
        MetadataMaxAgeMs = 180_000,
    };
}
