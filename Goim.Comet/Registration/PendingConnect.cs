using System.Text.Encodings.Web;
using Goim.Comet.Delivery;
using Goim.Comet.Wire;
using Goim.Protocol;

namespace Goim.Comet.Registration;

/// <summary>A client's connect that waits for the facade's answer.</summary>
/// <param name="connection">The client's connection.</param>
/// <param name="token">The token, valid UTF-8. It must not change until the connect has ended.</param>
internal sealed class PendingConnect(Connection connection, ReadOnlyMemory<byte> token)
{
    /// <summary>Bytes of an escaped byte of a token in JSON: <c>\u0000</c>.</summary>
    private const int BytesOfEscaped = 6;

    /// <summary>Bytes of a request id in JSON, of quotes and commas.</summary>
    private const int BytesBesideToken = 32 + 6;

    private TaskCompletionSource<ConnectAnswer> answered = NewSource();

    public ReadOnlySpan<byte> Token => token.Span;

    /// <summary>Whether the client has left.</summary>
    public bool HasLeft => connection.Outbox.IsClosing;

    /// <summary>Most bytes that it takes in the body of a call.</summary>
    public int BodyBytes { get; } = BytesBesideToken + (token.Length * (IsPlain(token.Span) ? 1 : BytesOfEscaped));

    /// <summary>The number of the connect. 0 before its first call.</summary>
    public long Ticket { get; set; }

    /// <summary>What makes a repeat the same connect.</summary>
    public Guid RequestId { get; private set; }

    /// <summary>When it was asked, by Environment.TickCount64.</summary>
    public long AskedAt { get; private set; }

    /// <summary>The answer to the last <see cref="Begin"/>.</summary>
    public Task<ConnectAnswer> Answer => answered.Task;

    /// <summary>Begins a connect, or a further one with a new request id.</summary>
    public void Begin()
    {
        RequestId = Guid.NewGuid();
        AskedAt = Environment.TickCount64;
        answered = answered.Task.IsCompleted ? NewSource() : answered;
    }

    /// <summary>The facade has answered.</summary>
    public void Succeed(SubKey key, int roomId, long expiresAt, int[]? rooms) =>
        answered.SetResult(new ConnectAnswer(null, key, roomId, expiresAt, rooms));

    /// <summary>The client is not connected.</summary>
    public void Fail(Farewell farewell) => answered.SetResult(new ConnectAnswer(farewell, default, 0, 0, null));

    private static bool IsPlain(ReadOnlySpan<byte> token) =>
        JavaScriptEncoder.UnsafeRelaxedJsonEscaping.FindFirstCharacterToEncodeUtf8(token) < 0;

    private static TaskCompletionSource<ConnectAnswer> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The answer to a client's connect.</summary>
/// <param name="Farewell">Why the client is not connected. Null if it is.</param>
/// <param name="Key">Its sub key.</param>
/// <param name="RoomId">Its room; -1 for none.</param>
/// <param name="ExpiresAt">When its token expires, by Environment.TickCount64. The largest number if it does not.</param>
/// <param name="Rooms">The rooms that the client may change to. Null for none.</param>
internal readonly record struct ConnectAnswer(Farewell? Farewell, SubKey Key, int RoomId, long ExpiresAt, int[]? Rooms);
