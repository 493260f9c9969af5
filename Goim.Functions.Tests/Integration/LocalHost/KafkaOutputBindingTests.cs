using System.Diagnostics.CodeAnalysis;
using Goim.Functions.Tests.Hosting;
using Goim.Kafka;
using Goim.LocalHost.Outputs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Integration.LocalHost;

/// <summary>Outputs as the Kafka extension was seen to treat them.</summary>
[SuppressMessage("Performance", "CA1812", Justification = "Outputs are read by reflection.")]
public sealed class KafkaOutputBindingTests : IDisposable
{
    private const string Envelope =
        """{"Offset":0,"Partition":0,"Topic":"","Timestamp":"2026-01-01T00:00:00Z","Value":"v","Key":"200","Headers":[]}""";
    private const string NoHeaders = """{"Offset":0,"Partition":0,"Topic":"","Timestamp":"2026-01-01T00:00:00Z","Value":"v","Key":"200"}""";
    private readonly string topic = TestHost.NewTopic();
    private readonly KafkaProducers producers;

    public KafkaOutputBindingTests() => producers = new KafkaProducers(
        new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["BROKERS"] = TestHost.Brokers, ["TOPIC"] = topic })
            .Build(),
        Options.Create(new KafkaOptions { Brokers = TestHost.Brokers }),
        TimeProvider.System,
        NullLogger<KafkaProducers>.Instance);

    public void Dispose() => producers.Dispose();

    [Theory]
    [InlineData("plain", null, "plain")]
    [InlineData("""{"a": 1}""", null, """{"a": 1}""")]
    [InlineData(Envelope, "323030", "v")]
    [InlineData(NoHeaders, null, NoHeaders)]
    [InlineData(null, null, "")]
    [InlineData("\"Offset\"", null, "\"Offset\"")]
    public void Text_keys_come_from_the_envelope_alone(string? output, string? keyHex, string value) =>
        Assert.Equal((keyHex, value), Sent(new TextKeys { Records = [output!] }));

    [Theory]
    [InlineData(Envelope, "000000c8", "v")]
    [InlineData("plain", "00000000", "plain")]
    public void Int_keys_are_big_endian_and_a_record_without_one_gets_0(string output, string keyHex, string value) =>
        Assert.Equal((keyHex, value), Sent(new IntKeys { Records = [output] }));

    [Fact]
    public void A_key_that_is_no_int_fails_the_invocation_after_the_good_record_was_queued()
    {
        var binding = new KafkaOutputBinding(typeof(IntKeys).GetProperty(nameof(IntKeys.Records))!, producers);

        Assert.Throws<FormatException>(
            () => binding.Send(new IntKeys { Records = [Envelope, Envelope.Replace("200", "x", StringComparison.Ordinal)] }));

        Assert.Single(Read());
    }

    [Fact]
    public void A_record_above_the_limit_of_the_settings_fails_the_invocation()
    {
        var binding = new KafkaOutputBinding(typeof(TextKeys).GetProperty(nameof(TextKeys.Records))!, producers);

        Assert.ThrowsAny<Confluent.Kafka.KafkaException>(() => binding.Send(new TextKeys { Records = [new string('a', 1_000_101)] }));
    }

    [Fact]
    public void Nothing_is_sent_for_null_or_for_no_records()
    {
        var binding = new KafkaOutputBinding(typeof(TextKeys).GetProperty(nameof(TextKeys.Records))!, producers);
        binding.Send(new TextKeys());
        binding.Send(new TextKeys { Records = [] });

        Assert.Empty(Read());
    }

    [Fact]
    public void A_setting_that_is_missing_fails_the_invocation()
    {
        var binding = new KafkaOutputBinding(typeof(NoSuchSetting).GetProperty(nameof(NoSuchSetting.Records))!, producers);

        Assert.Contains(
            "NOWHERE",
            Assert.Throws<InvalidOperationException>(() => binding.Send(new NoSuchSetting { Records = ["x"] })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_of_another_type_is_refused_at_start() =>
        Assert.Throws<NotSupportedException>(() => new KafkaOutputBinding(typeof(Lone).GetProperty(nameof(Lone.Record))!, producers));

    [Fact]
    public void The_library_that_came_with_the_package_is_the_one_that_is_loaded()
    {
        KafkaLibrary.Use();

        Assert.StartsWith("2.16.", Confluent.Kafka.Library.VersionString, StringComparison.Ordinal);
    }

    private (string? KeyHex, string Value) Sent(object output)
    {
        new KafkaOutputBinding(output.GetType().GetProperty("Records")!, producers).Send(output);
        var record = Assert.Single(Read());
        return (record.KeyHex, record.Text);
    }

    private IReadOnlyList<ReadRecord> Read()
    {
        Assert.Equal(0, producers.Flush(Eventually.Limit));
        return RecordReader.ReadAll(TestHost.Brokers, topic);
    }

    private sealed class TextKeys
    {
        [KafkaOutput("%BROKERS%", "%TOPIC%")]
        public string[]? Records { get; init; }
    }

    private sealed class IntKeys
    {
        [KafkaOutput("%BROKERS%", "%TOPIC%", KeyDataType = KafkaMessageKeyType.Int)]
        public string[]? Records { get; init; }
    }

    private sealed class NoSuchSetting
    {
        [KafkaOutput("%BROKERS%", "%NOWHERE%")]
        public string[]? Records { get; init; }
    }

    private sealed class Lone
    {
        [KafkaOutput("%BROKERS%", "%TOPIC%")]
        public string? Record { get; init; }
    }
}
