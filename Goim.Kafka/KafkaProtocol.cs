using Goim.Settings;

namespace Goim.Kafka;

/// <summary>Transport to the broker. The names are those of the Kafka extension's <c>BrokerProtocol</c>.</summary>
public enum KafkaProtocol
{
    Plaintext,
    Ssl,
    SaslPlaintext,
    SaslSsl,
}

/// <summary>SASL mechanism. The names are those of the Kafka extension's <c>BrokerAuthenticationMode</c>.</summary>
[SettingValues("Plain", "ScramSha256", "ScramSha512", "OAuthBearer")]
public enum KafkaAuthentication
{
    NotSet,
    Gssapi,
    Plain,
    ScramSha256,
    ScramSha512,
    OAuthBearer,
}
