using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Goim.Logic.Access;
using Goim.Logic.Events;
using Goim.Logic.Tokens;
using Goim.Protocol;
using Google.Protobuf;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Sessions;

/// <summary>Registers the connections of many clients of one comet server: one call for each router node.</summary>
public sealed class ConnectBatch(
    Registrations registrations, TokenChecks tokens, IOptions<EventsOptions> events, TimeProvider time)
{
    /// <summary>Most bytes of a body.</summary>
    public const int MaxBodyBytes = 4 * 1024 * 1024;

    private const int MaxClients = 1_000;

    /// <summary>Bytes of a client in an answer, roughly.</summary>
    private const int ClientBytes = 48;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// <c>{"server":3,"tokens":["42","43"]}</c> gives <c>{"clients":[{"key":"42_1","roomId":1},{"error":"token 2: …","retry":true}]}</c>,
    /// in order, with <c>"rooms":[1,2]</c> if the token has rooms that the client may change to. With <c>"check":true</c> nobody is
    /// registered: <c>{"clients":[{"userId":42,"roomId":1},{"error":"token 2: …","retry":false}]}</c>. <see cref="ConnectsBody"/> has the
    /// other members of the body.
    /// </summary>
    public async Task<Outcome<EventedAnswer>> ConnectAsync(
        Entry entry, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!ConnectsBody.Read(body, MaxClients).Is(out var connects, out var problem)
            || (problem = entry.TakeUsers(connects.Tokens.Length, "no client is connected.")) is not null)
        {
            return problem;
        }

        var checks = await tokens.CheckAsync(connects.Tokens, cancellationToken);
        if (connects.IsCheck)
        {
            return new EventedAnswer(Write(checks, null), []);
        }

        var puts = new List<PutArg>(checks.Length);
        for (var i = 0; i < checks.Length; i++)
        {
            if (checks[i].Is(out var identity, out _))
            {
                puts.Add(new PutArg
                {
                    UserId = identity.UserId,
                    Server = connects.Server,
                    RoomId = identity.RoomId,
                    RequestId = connects.RequestIds?[i] ?? ByteString.Empty,
                });
            }
        }

        var registered = await registrations.PutAsync([.. puts], Connections.NotConnected, cancellationToken);
        return new EventedAnswer(Write(checks, registered), EventsOf(puts, registered));
    }

    // Without registrations for a check.
    private static ReadOnlyMemory<byte> Write(Outcome<Identity>[] checks, Registered[]? registered)
    {
        var output = new ArrayBufferWriter<byte>(checks.Length * ClientBytes);
        using var json = new Utf8JsonWriter(output, Readable);
        json.WriteStartObject();
        json.WriteStartArray("clients"u8);
        var next = 0;
        for (var i = 0; i < checks.Length; i++)
        {
            json.WriteStartObject();
            if (!checks[i].Is(out var identity, out var refusal))
            {
                WriteError(json, $"token {i + 1}: {refusal.Error}", mayRetry: refusal.RetryAfter is not null);
            }
            else if (registered is null)
            {
                json.WriteNumber("userId"u8, identity.UserId);
                WriteRoom(json, identity);
            }
            else if (registered[next++] is { Problem: { } problem } failed)
            {
                WriteError(json, $"token {i + 1}: {problem.Error}", !failed.IsFinal);
            }
            else
            {
                WriteClient(json, new SubKey(identity.UserId, registered[next - 1].Seq), identity);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    private static void WriteClient(Utf8JsonWriter json, SubKey key, Identity identity)
    {
        Span<byte> text = stackalloc byte[SubKey.MaxLength];
        json.WriteString("key"u8, text[..key.Format(text)]);
        WriteRoom(json, identity);
    }

    private static void WriteRoom(Utf8JsonWriter json, Identity identity)
    {
        json.WriteNumber("roomId"u8, identity.RoomId);
        if (identity.ExpiresInMs is { } expiresIn)
        {
            json.WriteNumber("expiresInMs"u8, expiresIn);
        }

        if (identity.Rooms is { Count: > 0 } rooms)
        {
            json.WriteStartArray("rooms"u8);
            foreach (var room in rooms)
            {
                json.WriteNumberValue(room);
            }

            json.WriteEndArray();
        }
    }

    private static void WriteError(Utf8JsonWriter json, string error, bool mayRetry)
    {
        json.WriteString("error"u8, error);
        json.WriteBoolean("retry"u8, mayRetry);
    }

    private List<string> EventsOf(List<PutArg> puts, Registered[] registered)
    {
        var values = new List<string>();
        for (var i = 0; events.Value.Connections && i < registered.Length; i++)
        {
            if (registered[i].Seq > 0)
            {
                var key = new SubKey(puts[i].UserId, registered[i].Seq);
                values.Add(EventRecord.Connect(key, puts[i].Server, puts[i].RoomId, time.GetUtcNow()));
            }
        }

        return values;
    }
}

/// <summary>The answer to a call for many clients.</summary>
/// <param name="Data">UTF-8 JSON.</param>
/// <param name="Events">The events to publish.</param>
public readonly record struct EventedAnswer(ReadOnlyMemory<byte> Data, IReadOnlyList<string> Events);
