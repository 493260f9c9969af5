using Confluent.Kafka;

namespace Goim.Kafka;

/// <summary>The part of a librdkafka configuration that says where the brokers are and how to sign in.</summary>
public static class KafkaConnection
{
    /// <summary>Makes a client configuration from the <c>Kafka*</c> settings. The caller adds what its kind of client needs.</summary>
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
        SaslUsername = options.UsesToken ? null : options.Username,
        SaslPassword = options.Password,
        SslCaLocation = options.CaFile,
        SocketKeepaliveEnable = true,

        // Event Hubs closes connections that are idle for more than four minutes:
        // https://learn.microsoft.com/azure/event-hubs/apache-kafka-configurations
        ConnectionsMaxIdleMs = 180_000,
        MetadataMaxAgeMs = 180_000,
    };
}
