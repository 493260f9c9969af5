using System.Text.Json;
using System.Text.Json.Serialization;
using Goim.Protocol;

namespace Goim.Logic.Journal;

/// <summary>A deletion that a node did not confirm: a <c>Del</c> of one session, or a <c>DelServer</c> of one comet server.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="BeforeUnixMs">When the deletion was asked for, Unix time in ms. A replay spares sessions that were created later.</param>
public sealed record JournalEntry(
    [property: JsonRequired] string Node,
    [property: JsonRequired] long BeforeUnixMs)
{
    /// <summary>User of the session, with <see cref="Seq"/>.</summary>
    public long? UserId { get; init; }

    /// <summary>Number of the session.</summary>
    public int? Seq { get; init; }

    /// <summary>Comet server, without a user.</summary>
    public int? Server { get; init; }

    /// <summary>Replays that the node did not confirm.</summary>
    public int Attempts { get; init; }

    [JsonIgnore]
    private bool IsDel => UserId is not null && Seq is not null && Server is null;

    [JsonIgnore]
    private bool IsDelServer => Server is not null && UserId is null && Seq is null;

    /// <summary>The Del to replay. Null for a DelServer.</summary>
    internal DelArg? Del =>
        IsDel ? new DelArg { UserId = UserId!.Value, Seq = Seq!.Value, BeforeUnixMs = BeforeUnixMs } : null;

    /// <summary>The DelServer to replay. Null for a Del.</summary>
    internal DelServerArg? DelServer => IsDelServer ? new DelServerArg { Server = Server!.Value, BeforeUnixMs = BeforeUnixMs } : null;

    /// <summary>
    /// Writes a message of the queue: <c>{"node":"2","beforeUnixMs":…,"userId":42,"seq":1}</c>, or with <c>"server":3</c>.
    /// </summary>
    public string Write() => JsonSerializer.Serialize(this, JournalJson.Default.JournalEntry);

    /// <summary>Reads a message. Null if the text is not a valid entry.</summary>
    public static JournalEntry? Read(string message)
    {
        try
        {
            return JsonSerializer.Deserialize(message, JournalJson.Default.JournalEntry) is { BeforeUnixMs: > 0, Node.Length: > 0 } entry
                && (entry.IsDel || entry.IsDelServer)
                ? entry
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A message that cannot be replayed, and the reason.</summary>
internal sealed record PoisonEntry(string Reason, string Entry);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(PoisonEntry))]
internal sealed partial class JournalJson : JsonSerializerContext;
