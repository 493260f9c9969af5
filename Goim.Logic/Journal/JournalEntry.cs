using System.Text.Json;
using System.Text.Json.Serialization;
using Goim.Protocol;

namespace Goim.Logic.Journal;

/// <summary>A deletion that a node did not confirm: a <c>Del</c> of one session, or a <c>DelServer</c> where there is a server.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="BeforeUnixMs">When it was asked for, Unix time in ms: a replay spares what was created later.</param>
public sealed record JournalEntry(
    [property: JsonRequired] string Node,
    [property: JsonRequired] long BeforeUnixMs)
{
    public long? UserId { get; init; }

    public int? Seq { get; init; }

    public int? Server { get; init; }

    /// <summary>Replays that found the node down.</summary>
    public int Attempts { get; init; }

    [JsonIgnore]
    private bool IsDel => UserId is not null && Seq is not null && Server is null;

    [JsonIgnore]
    private bool IsDelServer => Server is not null && UserId is null && Seq is null;

    /// <summary>The Del it stands for; null if it is a DelServer.</summary>
    internal DelArg? Del => IsDel ? new DelArg { UserId = UserId!.Value, Seq = Seq!.Value, BeforeUnixMs = BeforeUnixMs } : null;

    /// <summary>The DelServer it stands for; null if it is a Del.</summary>
    internal DelServerArg? DelServer => IsDelServer ? new DelServerArg { Server = Server!.Value, BeforeUnixMs = BeforeUnixMs } : null;

    /// <summary>The entry as a message of the queue: <c>{"node":"2","beforeUnixMs":…,"userId":42,"seq":1}</c> or with <c>"server":3</c>.</summary>
    public string Write() => JsonSerializer.Serialize(this, JournalJson.Default.JournalEntry);

    /// <summary>Reads a message; null if it is none of an entry.</summary>
    public static JournalEntry? Read(string message)
    {
        try
        {
            return JsonSerializer.Deserialize(message, JournalJson.Default.JournalEntry) is { BeforeUnixMs: > 0, Node.Length: > 0 } entry && (entry.IsDel || entry.IsDelServer)
                ? entry
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>An entry that cannot be replayed, with the reason.</summary>
internal sealed record PoisonEntry(string Reason, string Entry);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(PoisonEntry))]
internal sealed partial class JournalJson : JsonSerializerContext;
