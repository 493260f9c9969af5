using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Sends the records that the property holds to a Kafka topic after the function has returned.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Method)]
public sealed class KafkaOutputAttribute(string brokerList, string topic) : OutputBindingAttribute
{
    public string BrokerList { get; } = brokerList;

    public string Topic { get; } = topic;

    public KafkaMessageKeyType KeyDataType { get; set; } = KafkaMessageKeyType.String;

    public int MaxMessageBytes { get; set; } = 1_000_000;

    public int BatchSize { get; set; } = 10_000;

    public bool EnableIdempotence { get; set; }

    public int MessageTimeoutMs { get; set; } = 300_000;

    public int RequestTimeoutMs { get; set; } = 5_000;

    public int MaxRetries { get; set; } = int.MaxValue;

    public int LingerMs { get; set; } = 5;

    public BrokerAuthenticationMode AuthenticationMode { get; set; } = BrokerAuthenticationMode.NotSet;

    public BrokerProtocol Protocol { get; set; } = BrokerProtocol.NotSet;

    public string? Username { get; set; }

    public string? Password { get; set; }

    public string? SslCaLocation { get; set; }

    public string? SslCertificateLocation { get; set; }

    public string? SslKeyLocation { get; set; }

    public string? SslKeyPassword { get; set; }
}

/// <summary>Type of a record's key.</summary>
public enum KafkaMessageKeyType
{
    Int = 0,
    Long = 1,
    String = 2,
    Binary = 3,
}

/// <summary>Transport to the broker.</summary>
public enum BrokerProtocol
{
    NotSet = -1,
    Plaintext,
    Ssl,
    SaslPlaintext,
    SaslSsl,
}

/// <summary>SASL mechanism.</summary>
public enum BrokerAuthenticationMode
{
    NotSet = -1,
    Gssapi,
    Plain,
    ScramSha256,
    ScramSha512,
    OAuthBearer,
}
