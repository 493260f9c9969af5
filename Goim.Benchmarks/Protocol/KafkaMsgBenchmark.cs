using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Goim.Protocol;

namespace Goim.Benchmarks.Protocol;

/// <summary>Writes a <c>multiple</c> record. The baseline is Utf8JsonWriter.</summary>
[MemoryDiagnoser]
public class KafkaMsgBenchmark
{
    private readonly ArrayBufferWriter<byte> output = new(1 << 20);
    private SubKey[] subKeys = [];
    private byte[] message = [];
    private byte[] formatted = [];

    [Params(1, 1_000)]
    public int SubKeys { get; set; }

    [Params(100, 10_000)]
    public int MessageBytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        subKeys = [.. Enumerable.Range(0, SubKeys).Select(i => new SubKey(1_000_000 + i, 1))];
        formatted = new byte[(SubKeys + 1) * KafkaMsg.MaxSubKeyLength];
        message = new byte[MessageBytes];
        new Random(1).NextBytes(message);
    }

    [Benchmark]
    public int KafkaMsgWriter()
    {
        output.ResetWrittenCount();
        var length = 0;
        foreach (var subKey in subKeys)
        {
            length += KafkaMsg.FormatSubKey(subKey, formatted.AsSpan(length));
        }

        KafkaMsg.WriteMultiple(output, 3, formatted.AsSpan(0, length), message);
        return output.WrittenCount;
    }

    [Benchmark(Baseline = true)]
    public int JsonWriter()
    {
        output.ResetWrittenCount();
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("op"u8, "multiple"u8);
        json.WriteNumber("server"u8, 3);
        json.WriteStartArray("subkeys"u8);
        foreach (var key in subKeys)
        {
            json.WriteStringValue(key.ToString());
        }

        json.WriteEndArray();
        json.WriteBase64String("msg"u8, message);
        json.WriteEndObject();
        json.Flush();
        return output.WrittenCount;
    }
}
