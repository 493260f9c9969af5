using System.Buffers;
using System.Text.Json;
using Goim.Logic.Routing;
using Goim.Protocol;

namespace Goim.Logic.Facade;

/// <summary>
/// Writes <c>{"users":[{"userId":42,"sessions":[{"seq":1,"server":3}]},…]}</c>, up to the size that an answer may have.
/// </summary>
internal sealed class UsersJson : IDisposable
{
    /// <summary>Maximum size of an answer's data, in bytes.</summary>
    public const int MaxBytes = RouterLimits.MaxReplyBytes;

    /// <summary>Maximum number of sessions in an answer. With longer numbers it holds fewer.</summary>
    public const int MaxSessions = MaxBytes / (BytesOfSession + 2);

    private const int BytesOfUser = 26, BytesOfSession = 19;

    private readonly ArrayBufferWriter<byte> output = new();
    private readonly Utf8JsonWriter json;

    public UsersJson()
    {
        json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteStartArray("users"u8);
    }

    /// <summary>Adds a user. False if the answer would be too large: then it is as before.</summary>
    public bool TryAdd(long userId, UserSessions sessions)
    {
        if (json.BytesCommitted + json.BytesPending + SizeOf(userId, sessions) > MaxBytes)
        {
            return false;
        }

        Write(json, userId, sessions);
        return true;
    }

    /// <summary>The answer of a list.</summary>
    public ReadOnlyMemory<byte> End()
    {
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    /// <summary>The answer of a page.</summary>
    /// <param name="next">The member <c>next</c>: where the next page begins. Null at the end.</param>
    public ReadOnlyMemory<byte> End(string? next)
    {
        json.WriteEndArray();
        json.WriteString("next"u8, next);
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    /// <summary><c>{"userId":42,"sessions":[{"seq":1,"server":3}]}</c>, or the problem of a user with too many sessions.</summary>
    public static Outcome<ReadOnlyMemory<byte>> OfOne(long userId, UserSessions sessions)
    {
        if (SizeOf(userId, sessions) > MaxBytes)
        {
            return TooLarge(userId);
        }

        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output);
        Write(json, userId, sessions);
        json.Flush();
        return (ReadOnlyMemory<byte>)output.WrittenMemory;
    }

    /// <summary>The problem of a user whose sessions no answer holds.</summary>
    public static Problem TooLarge(long userId) => new(
        ProblemKind.TooLarge, $"user {userId} has more sessions than an answer holds ({MaxBytes} bytes): its sessions are not known.");

    public void Dispose() => json.Dispose();

    private static void Write(Utf8JsonWriter json, long userId, UserSessions sessions)
    {
        json.WriteStartObject();
        json.WriteNumber("userId"u8, userId);
        json.WriteStartArray("sessions"u8);
        for (var i = 0; i < sessions.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("seq"u8, sessions.Seqs[i]);
            json.WriteNumber("server"u8, sessions.Servers[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // In bytes, with the comma after each session and after the user.
    private static long SizeOf(long userId, UserSessions sessions)
    {
        var size = BytesOfUser + Digits.Count(userId) + ((long)sessions.Count * BytesOfSession);
        var seqs = sessions.Seqs;
        var servers = sessions.Servers;
        for (var i = 0; i < seqs.Length && size <= MaxBytes; i++)
        {
            size += Digits.Count(seqs[i]) + Digits.Count(servers[i]);
        }

        return size;
    }
}
