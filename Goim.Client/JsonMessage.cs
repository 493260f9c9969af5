#if !NETSTANDARD
using System.Diagnostics.CodeAnalysis;
#endif
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Goim.Client;

/// <summary>
/// A message that is JSON text. Pushes to many users, to several rooms and in batches take only such, and deliver the text as it is. The
/// default is <c>null</c>, as JSON.
/// </summary>
public readonly struct JsonMessage
{
    private static readonly byte[] Null = Encoding.ASCII.GetBytes("null");

    private readonly ReadOnlyMemory<byte> utf8;

    private JsonMessage(ReadOnlyMemory<byte> utf8) => this.utf8 = utf8;

    /// <summary>The text, UTF-8.</summary>
    public ReadOnlyMemory<byte> Utf8 => utf8.IsEmpty ? Null : utf8;

    /// <summary>A value as JSON, by its source-generated contract: safe for trimming and native AOT.</summary>
    public static JsonMessage From<T>(T value, JsonTypeInfo<T> typeInfo) => new(JsonSerializer.SerializeToUtf8Bytes(value, typeInfo));

    /// <summary>A value as JSON, by reflection.</summary>
#if !NETSTANDARD
    [RequiresUnreferencedCode("Serializes by reflection. Use the overload with JsonTypeInfo where code is trimmed.")]
    [RequiresDynamicCode("Serializes by reflection. Use the overload with JsonTypeInfo for native AOT.")]
#endif
    public static JsonMessage From<T>(T value, JsonSerializerOptions? options = null) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, options));

    /// <summary>JSON text that is there already.</summary>
    /// <exception cref="ArgumentException">It is no JSON text.</exception>
    public static JsonMessage Parse(string json) =>
        Parse(Encoding.UTF8.GetBytes(json ?? throw new ArgumentNullException(nameof(json))));

    /// <summary>JSON text that is there already, UTF-8. The bytes are not copied.</summary>
    /// <exception cref="ArgumentException">It is no JSON text.</exception>
    public static JsonMessage Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
                // Checks the text.
            }
        }
        catch (JsonException broken)
        {
            throw new ArgumentException($"The message is no JSON text: {broken.Message}", nameof(json), broken);
        }

        return new JsonMessage(json);
    }

    /// <summary>The text, as a message of bytes.</summary>
    public static implicit operator ReadOnlyMemory<byte>(JsonMessage message) => message.Utf8;

    /// <summary>The text, as a message of bytes.</summary>
    public ReadOnlyMemory<byte> ToReadOnlyMemory() => Utf8;

    /// <summary>The text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Utf8.ToArray());

    // The app's own limit.
    private const int MaxDepth = 10_000;
}
