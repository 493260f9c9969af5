namespace Goim.Logic.Delivery;

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
