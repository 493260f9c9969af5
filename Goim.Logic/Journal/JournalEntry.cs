using System.Text.Json;
using System.Text.Json.Serialization;
using Goim.Protocol;
using Google.Protobuf;

namespace Goim.Logic.Journal;

/// <summary>A deletion that a node did not confirm: a <c>Del</c> of one session, or a <c>DelServer</c> of one comet server.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="AgeMs">
/// How old the deletion was when the entry was written, in ms, by the writer's monotonic clock. A replay adds the time since then, and
/// spares sessions that were created after the deletion was asked for. Null in an entry of an earlier version.
/// </param>
public sealed record JournalEntry(
    [property: JsonRequired] string Node,
    long? AgeMs)
{
    private const int RequestIdDigits = 32;

    /// <summary>
    /// When the deletion was asked for, Unix time in ms, by the writer's clock. Used only if there is no <see cref="AgeMs"/>: in an entry
    /// of an earlier version.
    /// </summary>
    public long? BeforeUnixMs { get; init; }

    /// <summary>The node's goim-store-id when the deletion was asked for. Null if it is not known: any store.</summary>
    public string? StoreId { get; init; }

    /// <summary>User of the session, with <see cref="Seq"/> or <see cref="RequestId"/>.</summary>
    public long? UserId { get; init; }

    /// <summary>Number of the session.</summary>
    public int? Seq { get; init; }

    /// <summary>Id of the put whose session is deleted, 32 hex digits.</summary>
    public string? RequestId { get; init; }

    /// <summary>Comet server, without a user.</summary>
    public int? Server { get; init; }

    /// <summary>
    /// When the first message of the entry was written, by the storage's clock. Null if that is this message. <see cref="AgeMs"/> is the
    /// entry's age at that time.
    /// </summary>
    public DateTimeOffset? InsertedOn { get; init; }

    /// <summary>Replays that the node did not confirm.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Attempts { get; init; }

    [JsonIgnore]
    private bool IsDel => UserId is not null && Server is null && (RequestId is null ? Seq is not null : Seq is null && IsRequestId);

    [JsonIgnore]
    private bool IsRequestId => RequestId is { Length: RequestIdDigits } && RequestId.All(char.IsAsciiHexDigit);

    [JsonIgnore]
    private bool IsDelServer => Server is not null && UserId is null && Seq is null && RequestId is null;

    [JsonIgnore]
    private bool HasAge => AgeMs is null ? BeforeUnixMs > 0 : AgeMs >= 0;

    /// <summary>The entry as it is after some time in the queue.</summary>
    /// <remarks>
    /// The time in the queue is only known within a second on either side. A Del takes the shortest: no other session gets its number in
    /// the same store, so it must not spare the one that it is for. A DelServer takes the longest: it must not delete what the clients of
    /// a restarted comet have put since.
    /// </remarks>
    internal JournalEntry After(TimeInQueue queued)
    {
        var since = InsertedOn is { } first ? queued with { Inserted = first } : queued;
        return AgeMs is null
            ? this
            : this with { AgeMs = AgeMs + (long)(IsDelServer ? since.Longest : since.Shortest).TotalMilliseconds };
    }

    /// <summary>The entry with <see cref="BeforeUnixMs"/> too.</summary>
    // Instances of the version before read no entry without it. The next version can leave it out.
    internal JournalEntry ForVersionBefore(DateTimeOffset now) => AgeMs is { } age && RequestId is null
        ? this with { BeforeUnixMs = now.ToUnixTimeMilliseconds() - age }
        : this;

    /// <summary>The entry for another message, which is younger than the entry.</summary>
    internal JournalEntry Moved(TimeInQueue queued) => AgeMs is null ? this : this with { InsertedOn = InsertedOn ?? queued.Inserted };

    /// <summary>The Del to replay. Null for a DelServer.</summary>
    internal DelArg? Del()
    {
        if (!IsDel)
        {
            return null;
        }

        var del = new DelArg { UserId = UserId!.Value, StoreId = StoreId ?? "" };
        if (RequestId is not null)
        {
            // No age: only that put has the id.
            del.RequestId = ByteString.CopyFrom(Convert.FromHexString(RequestId));
            return del;
        }

        del.Seq = Seq!.Value;
        if (AgeMs is { } age)
        {
            del.AgeMs = age;
        }
        else
        {
            del.BeforeUnixMs = BeforeUnixMs!.Value;
        }

        return del;
    }

    /// <summary>The DelServer to replay. Null for a Del.</summary>
    internal DelServerArg? DelServer()
    {
        if (!IsDelServer)
        {
            return null;
        }

        var del = new DelServerArg { Server = Server!.Value, StoreId = StoreId ?? "" };
        if (AgeMs is { } age)
        {
            del.AgeMs = age;
        }
        else
        {
            del.BeforeUnixMs = BeforeUnixMs!.Value;
        }

        return del;
    }

    /// <summary>
    /// Writes a message of the queue: <c>{"node":"2","ageMs":…,"userId":42,"seq":1}</c>, or with <c>"requestId":"…"</c> in place of the
    /// seq, or with <c>"server":3</c>.
    /// </summary>
    public string Write() => JsonSerializer.Serialize(this, JournalJson.Default.JournalEntry);

    /// <summary>Reads a message. Null if the text is not a valid entry.</summary>
    public static JournalEntry? Read(string message)
    {
        try
        {
            return JsonSerializer.Deserialize(message, JournalJson.Default.JournalEntry) is { Node.Length: > 0, HasAge: true } entry
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
