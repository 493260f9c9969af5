using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Goim.Comet.Client;

/// <summary>The changes of room that one connection has asked for. The comet's answer has the seq of the packet that asked.</summary>
/// <param name="time">For waits.</param>
internal sealed class RoomChanges(TimeProvider time)
{
    /// <summary>All other packets have seq 1.</summary>
    private const int FirstSeq = 2;

    // In the order in which they were asked for, which is that of the answers.
    private readonly List<(int Seq, TaskCompletionSource<int> Answer)> asked = [];
    private int nextSeq = FirstSeq;
    private Func<Packet, Task>? send;

    /// <summary>The comet has accepted the token.</summary>
    /// <param name="how">Sends a packet.</param>
    public void Begin(Func<Packet, Task> how)
    {
        lock (asked)
        {
            send = how;
        }
    }

    /// <summary>Asks for a change, and returns the room that the client is in then.</summary>
    /// <exception cref="GoimRoomException">It is not changed, or not connected.</exception>
    public async Task<int> AskAsync(int roomId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        int seq;
        Task sending;
        lock (asked)
        {
            if (send is null)
            {
                throw NotConnected();
            }

            (seq, nextSeq) = (nextSeq, nextSeq == int.MaxValue ? FirstSeq : nextSeq + 1);
            asked.Add((seq, answer));
            var text = Encoding.ASCII.GetBytes(roomId.ToString(CultureInfo.InvariantCulture));
            sending = send(new Packet(Operation.ChangeRoom, text, seq));
        }

        // Where it could not be sent, reading fails too, and ends it.
        _ = sending.EndAsync();
        try
        {
            return await answer.Task.WaitAsync(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Take(seq);
        }
    }

    /// <summary>The comet has answered. What nobody waits for any more is ignored.</summary>
    /// <param name="seq">Seq of the packet.</param>
    /// <param name="body">Its body: <c>{"roomId":7}</c> or <c>{"error":"…"}</c>.</param>
    public void Answer(int seq, byte[] body)
    {
        if (Take(seq) is { } answer)
        {
            var (roomId, error) = Read(body);
            if (roomId is { } now)
            {
                answer.TrySetResult(now);
            }
            else
            {
                answer.TrySetException(new GoimRoomException(error));
            }
        }
    }

    /// <summary>The connection has ended.</summary>
    public void End()
    {
        (int, TaskCompletionSource<int>)[] left;
        lock (asked)
        {
            send = null;
            left = [.. asked];
            asked.Clear();
        }

        foreach (var (_, answer) in left)
        {
            answer.TrySetException(new GoimRoomException(
                "The connection ended before the comet answered. The next one begins in the room of its token."));
        }
    }

    public static GoimRoomException NotConnected() =>
        new("There is no connection: expected a change of room while the state is Connected.");

    private static (int? RoomId, string Error) Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } answer)
            {
                if (answer.TryGetProperty("roomId", out var room)
                    && room.ValueKind == JsonValueKind.Number
                    && room.TryGetInt32(out var roomId))
                {
                    return (roomId, "");
                }

                if (answer.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String)
                {
                    return (null, ConnectionEnd.Printable(error.GetString()!) + ".");
                }
            }
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            // Not the body of a comet. InvalidOperationException: the error is no Unicode text.
        }

        return (null, "The comet answered neither with a room nor with an error.");
    }

    private TaskCompletionSource<int>? Take(int seq)
    {
        lock (asked)
        {
            var place = asked.FindIndex(each => each.Seq == seq);
            if (place < 0)
            {
                return null;
            }

            var answer = asked[place].Answer;
            asked.RemoveAt(place);
            return answer;
        }
    }
}
