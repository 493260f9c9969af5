using System.Buffers.Binary;
using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.Azure.Functions.Worker;

namespace Goim.LocalHost.Outputs;

/// <summary>One Kafka output of a function: queues the records that its property holds, as the Kafka extension does.</summary>
/// <remarks>
/// Fire and forget: a record that cannot be delivered later is only logged. What fails at once (queue full, record too large, a key
/// of the wrong type) throws, which is an empty 500; records before it in the array have been queued by then.
/// </remarks>
internal sealed class KafkaOutputBinding
{
    private readonly MethodInvoker property;
    private readonly KafkaOutputAttribute output;
    private readonly KafkaProducers producers;
    private Target? target;

    /// <exception cref="NotSupportedException">The output is of a kind that the functions do not use.</exception>
    public KafkaOutputBinding(PropertyInfo property, KafkaProducers producers)
    {
        output = property.GetCustomAttribute<KafkaOutputAttribute>()!;
        if (property.PropertyType != typeof(string[]) || output.KeyDataType == KafkaMessageKeyType.Binary)
        {
            throw new NotSupportedException($"{property.DeclaringType!.Name}.{property.Name}: the local host knows Kafka outputs of string[] whose keys are Int, Long or String.");
        }

        this.property = MethodInvoker.Create(property.GetMethod!);
        this.producers = producers;
    }

    public void Send(object outputs)
    {
        if (property.Invoke(outputs) is not string?[] { Length: > 0 } records)
        {
            return;
        }

        var (producer, topic) = target ??= new Target(producers.For(output), producers.Resolve(output.Topic));
        foreach (var record in records)
        {
            var envelope = record is null ? default : KafkaEnvelope.Open(record);
            producer.Queue(topic, KeyOf(envelope.Key), Encoding.UTF8.GetBytes(envelope.Value ?? ""));
        }
    }

    private sealed record Target(OutputProducer Producer, string Topic);

    private byte[]? KeyOf(string? key)
    {
        switch (output.KeyDataType)
        {
            case KafkaMessageKeyType.Int:
                var four = new byte[4];
                BinaryPrimitives.WriteInt32BigEndian(four, key is null ? 0 : int.Parse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
                return four;
            case KafkaMessageKeyType.Long:
                var eight = new byte[8];
                BinaryPrimitives.WriteInt64BigEndian(eight, key is null ? 0 : long.Parse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
                return eight;
            default:
                return key is null ? null : Encoding.UTF8.GetBytes(key);
        }
    }
}
