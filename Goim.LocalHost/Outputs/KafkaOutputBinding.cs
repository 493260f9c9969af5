using System.Buffers.Binary;
using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.Azure.Functions.Worker;

namespace Goim.LocalHost.Outputs;

/// <summary>One Kafka output of a function: queues the records that the property holds, as the Kafka extension does.</summary>
/// <remarks>
/// Does not wait for delivery: a record that cannot be delivered is only logged. A record that cannot be queued (queue full, record too
/// large, key of the wrong type) throws, and the caller gets an empty 500. The records before it in the array are queued already.
/// </remarks>
internal sealed class KafkaOutputBinding
{
    private readonly MethodInvoker property;
    private readonly KafkaOutputAttribute output;
    private readonly KafkaProducers producers;
    private Destination? destination;

    /// <exception cref="NotSupportedException">The property has another type than string[], or its records have binary keys.</exception>
    public KafkaOutputBinding(PropertyInfo property, KafkaProducers producers)
    {
        output = property.GetCustomAttribute<KafkaOutputAttribute>()!;
        if (property.PropertyType != typeof(string[]) || output.KeyDataType == KafkaMessageKeyType.Binary)
        {
            throw new NotSupportedException(
                $"{property.DeclaringType!.Name}.{property.Name}: the local host supports Kafka outputs of string[] "
                + "whose keys are Int, Long or String.");
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

        var (producer, topic) = destination ??= new Destination(producers.For(output), producers.Resolve(output.Topic));
        foreach (var record in records)
        {
            var envelope = record is null ? default : KafkaEnvelope.Parse(record);
            producer.Queue(topic, KeyOf(envelope.Key), Encoding.UTF8.GetBytes(envelope.Value ?? ""));
        }
    }

    private sealed record Destination(OutputProducer Producer, string Topic);

    private byte[]? KeyOf(string? key)
    {
        switch (output.KeyDataType)
        {
            case KafkaMessageKeyType.Int:
                var intKey = key is null ? 0 : int.Parse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                var intBytes = new byte[sizeof(int)];
                BinaryPrimitives.WriteInt32BigEndian(intBytes, intKey);
                return intBytes;
            case KafkaMessageKeyType.Long:
                var longKey = key is null ? 0 : long.Parse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                var longBytes = new byte[sizeof(long)];
                BinaryPrimitives.WriteInt64BigEndian(longBytes, longKey);
                return longBytes;
            default:
                return key is null ? null : Encoding.UTF8.GetBytes(key);
        }
    }
}
