using Goim.Kafka;
using Goim.Logic.Delivery;

namespace Goim.Functions.Tests.Unit.Delivery;

/// <summary>The Kafka settings in the bindings that the worker reports to the host.</summary>
public sealed class KafkaBindingTests
{
    private static readonly string Push =
        """
        {"name":"Records","direction":"Out","type":"kafka","brokerList":"%KafkaBrokers%","topic":"%KafkaTopic%",
        "keyDataType":"Int","maxMessageBytes":1000100}
        """.ReplaceLineEndings("");

    [Fact]
    public void Without_settings_the_defaults_are_told() => Assert.Equal(
        """
        {"name":"Records","direction":"Out","type":"kafka","brokerList":"%KafkaBrokers%","topic":"KafkaPushsTopic",
        "keyDataType":"Int","maxMessageBytes":1000100,"protocol":"Plaintext"}
        """.ReplaceLineEndings(""),
        KafkaBinding.FromSettings(Push, new KafkaOptions()));

    // Event Hubs: the user name is the literal text $ConnectionString. Secrets stay in the settings, which the host resolves.
    [Fact]
    public void A_password_is_told_by_the_name_of_its_setting()
    {
        var settings = new KafkaOptions
        {
            Topic = "pushes",
            Protocol = KafkaProtocol.SaslSsl,
            Authentication = KafkaAuthentication.Plain,
            Username = "$ConnectionString",
            Password = "Endpoint=sb://…;SharedAccessKey=s3cret",
            MaxRecordBytes = 2_000,
        };

        Assert.Equal(
            """
            {"name":"Records","direction":"Out","type":"kafka","brokerList":"%KafkaBrokers%","topic":"pushes",
            "keyDataType":"Int","maxMessageBytes":2100,"protocol":"SaslSsl","authenticationMode":"Plain",
            "username":"%KafkaUsername%","password":"%KafkaPassword%"}
            """.ReplaceLineEndings(""),
            KafkaBinding.FromSettings(Push, settings));
    }

    [Theory]
    [InlineData(KafkaAuthentication.ScramSha256, "ScramSha256")]
    [InlineData(KafkaAuthentication.ScramSha512, "ScramSha512")]
    public void Scram_and_a_private_authority_are_told_too(KafkaAuthentication authentication, string mode)
    {
        var settings = new KafkaOptions
        {
            Protocol = KafkaProtocol.SaslSsl,
            Authentication = authentication,
            Username = "u",
            Password = "p",
            CaFile = "/ca.pem",
        };

        Assert.EndsWith(
            $$"""
            ,"protocol":"SaslSsl","authenticationMode":"{{mode}}",
            "username":"%KafkaUsername%","password":"%KafkaPassword%","sslCaLocation":"%KafkaCaFile%"}
            """.ReplaceLineEndings(""),
            KafkaBinding.FromSettings(Push, settings),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Tls_alone_has_no_authentication() => Assert.EndsWith(
        ""","protocol":"Ssl","sslCaLocation":"%KafkaCaFile%"}""",
        KafkaBinding.FromSettings(Push, new KafkaOptions { Protocol = KafkaProtocol.Ssl, CaFile = "/ca.pem" }),
        StringComparison.Ordinal);

    [Fact]
    public void The_topic_of_events_has_its_default_and_a_topic_by_name_stays()
    {
        Assert.Contains(
            "\"topic\":\"KafkaEventsTopic\"",
            KafkaBinding.FromSettings(Push.Replace("%KafkaTopic%", "%KafkaEventsTopic%", StringComparison.Ordinal), new KafkaOptions()),
            StringComparison.Ordinal);
        Assert.Contains(
            "\"topic\":\"mine\"",
            KafkaBinding.FromSettings(Push.Replace("%KafkaTopic%", "mine", StringComparison.Ordinal), new KafkaOptions()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_host_may_ask_twice()
    {
        var settings = new KafkaOptions
        {
            Protocol = KafkaProtocol.SaslSsl,
            Authentication = KafkaAuthentication.Plain,
            Username = "u",
            Password = "p",
        };
        var once = KafkaBinding.FromSettings(Push, settings);

        Assert.Equal(once, KafkaBinding.FromSettings(once, settings));
    }

    [Theory]
    [InlineData("""{"name":"request","direction":"In","type":"httpTrigger","authLevel":"Function","route":"1/push"}""")]
    [InlineData("""{"name":"entry","direction":"In","type":"queueTrigger","queueName":"goim-router-journal"}""")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("""{"type":1}""")]
    public void A_binding_of_another_type_stays_as_it_is(string binding) =>
        Assert.Equal(binding, KafkaBinding.FromSettings(binding, new KafkaOptions { Protocol = KafkaProtocol.Ssl }));
}
