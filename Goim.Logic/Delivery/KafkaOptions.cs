using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Goim.Logic.Delivery;

/// <summary>Settings <c>Kafka*</c>: the broker, how it is spoken to, and the size of a record. A text that is empty is not set.</summary>
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

    /// <summary>With OAuthBearer the client id of a user-assigned identity; the environment's credential unless set.</summary>
    [ConfigurationKeyName("KafkaUsername")]
    public string? Username { get; set => field = value is "" ? null : value; }

    [ConfigurationKeyName("KafkaPassword")]
    public string? Password { get; set => field = value is "" ? null : value; }

    /// <summary>PEM file of the authority that signed the broker's certificate; the system's authorities unless set.</summary>
    [ConfigurationKeyName("KafkaCaFile")]
    public string? CaFile { get; set => field = value is "" ? null : value; }

    /// <summary>Key, value and 26 bytes together, as sarama counts: 1,000 to 20,000,000; 1,000,000 unless set.</summary>
    [ConfigurationKeyName("KafkaMaxRecordBytes")]
    public int MaxRecordBytes { get; set; } = 1_000_000;

    /// <summary>What a librdkafka producer is told to take at most: what it counts on top of key and value, so that our own limit is the one that refuses.</summary>
    internal int MaxMessageBytes => MaxRecordBytes + 100;

    IEnumerable<string> ICheckedOptions.Problems()
    {
        if (MaxRecordBytes is < 1_000 or > 20_000_000)
        {
            yield return $"KafkaMaxRecordBytes is {MaxRecordBytes}: expected 1000 to 20000000.";
        }

        foreach (var (name, topic) in new[] { ("KafkaTopic", Topic), ("KafkaEventsTopic", EventsTopic) })
        {
            if (!TopicName().IsMatch(topic) || topic is "." or "..")
            {
                yield return $"{name} is '{topic}': expected 1 to 249 of A-Z a-z 0-9 . _ -.";
            }
        }

        if (Topic == EventsTopic)
        {
            yield return $"KafkaEventsTopic is '{EventsTopic}', the topic of pushes: expected another one.";
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

        foreach (var problem in AuthenticationProblems())
        {
            yield return problem;
        }
    }

    private IEnumerable<string> AuthenticationProblems()
    {
        if (!Enum.IsDefined(Protocol))
        {
            yield return $"KafkaProtocol is {Protocol}: expected {string.Join(", ", Enum.GetNames<KafkaProtocol>())}.";
        }

        if (!Enum.IsDefined(Authentication) || Authentication == KafkaAuthentication.Gssapi)
        {
            yield return $"KafkaAuthentication is {Authentication}: expected Plain, ScramSha256, ScramSha512 or OAuthBearer.";
        }

        var isSasl = Protocol is KafkaProtocol.SaslPlaintext or KafkaProtocol.SaslSsl;
        if (!isSasl && (Username is { Length: > 0 } || Password is { Length: > 0 } || Authentication != KafkaAuthentication.NotSet))
        {
            yield return $"KafkaAuthentication, KafkaUsername or KafkaPassword is set with KafkaProtocol {Protocol}: expected SaslPlaintext or SaslSsl.";
        }

        if (isSasl && Authentication == KafkaAuthentication.NotSet)
        {
            yield return $"KafkaAuthentication is missing with KafkaProtocol {Protocol}: expected Plain, ScramSha256, ScramSha512 or OAuthBearer.";
        }

        if (isSasl && Authentication == KafkaAuthentication.OAuthBearer && !string.IsNullOrEmpty(Password))
        {
            yield return "KafkaPassword is set with KafkaAuthentication OAuthBearer: expected none, the identity's token is used.";
        }

        if (isSasl && Authentication != KafkaAuthentication.OAuthBearer && string.IsNullOrEmpty(Username))
        {
            yield return $"KafkaUsername is missing with KafkaProtocol {Protocol}.";
        }

        if (isSasl && Authentication != KafkaAuthentication.OAuthBearer && string.IsNullOrEmpty(Password))
        {
            yield return $"KafkaPassword is missing with KafkaProtocol {Protocol}.";
        }

        if (CaFile is not null && !IsPem(CaFile))
        {
            yield return $"KafkaCaFile is '{CaFile}': expected a file of certificates in PEM.";
        }
    }

    private static bool IsPem(string file)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            return certificates.Count > 0;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return false;
        }
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,249}\\z")]
    private static partial Regex TopicName();
}
