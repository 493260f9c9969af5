using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A client over WebSocket, frame by frame.</summary>
internal sealed class CometWebSocket : CometClient
{
    private byte[] message = [];
    private int taken;

    private CometWebSocket(CometStream stream)
        : base(stream)
    {
    }

    /// <summary>Whether pings of the server are answered.</summary>
    public bool AnswersPings { get; init; } = true;

    /// <summary>Pings of the server so far.</summary>
    public int Pings { get; private set; }

    /// <summary>Messages of the server so far.</summary>
    public int Messages { get; private set; }

    /// <param name="address"><c>ws://host:port/sub</c></param>
    /// <param name="authority">See <see cref="CometStream.OpenAsync"/>.</param>
    /// <param name="answersPings">See <see cref="AnswersPings"/>.</param>
    public static async Task<CometWebSocket> OpenAsync(Uri address, string? authority = null, bool answersPings = true)
    {
        var stream = await CometStream.OpenAsync(address, authority);
        var answer = await HandshakeAsync(stream, address);
        Assert.Equal(101, answer.Status);

        // RFC 6455, section 1.3: the answer to this key.
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", answer.Headers["Sec-WebSocket-Accept"]);
        return new CometWebSocket(stream) { AnswersPings = answersPings };
    }

    /// <summary>Asks for a WebSocket, and returns the answer's status and headers.</summary>
    /// <param name="address"><c>ws://host:port/sub</c></param>
    /// <param name="headers">More headers.</param>
    public static async Task<RawAnswer> RequestAsync(Uri address, params string[] headers)
    {
        using var stream = await CometStream.OpenAsync(address);
        return await HandshakeAsync(stream, address, headers);
    }

    public override Task SendPacketAsync(ReadOnlyMemory<byte> bytes) => SendAsync(new CometFrame(2, bytes.ToArray()));

    public Task SendAsync(CometFrame frame) => Stream.SendAsync(frame.ToBytes());

    /// <summary>The next frame. Null at the end of the connection.</summary>
    public async Task<CometFrame?> ReceiveFrameAsync()
    {
        if (!await Stream.HasAsync(2))
        {
            return null;
        }

        var (isFinal, opcode, length) = (Stream.Peek(1)[0] >= 0x80, Stream.Peek(1)[0] & 0x7F, (int)Stream.Peek(2)[1]);
        Assert.True(length < 0x80, "a server's frame is masked");
        var header = length switch { 126 => 4, 127 => 10, _ => 2 };
        if (!await Stream.HasAsync(header))
        {
            return null;
        }

        length = header switch
        {
            4 => BinaryPrimitives.ReadUInt16BigEndian(Stream.Peek(header)[2..]),
            10 => (int)BinaryPrimitives.ReadInt64BigEndian(Stream.Peek(header)[2..]),
            _ => length,
        };
        return await Stream.HasAsync(header + length)
            ? new CometFrame(opcode, Stream.Take(header + length)[header..].ToArray(), isFinal)
            : null;
    }

    /// <inheritdoc/>
    /// <remarks>A message has one packet or several. The server's close is answered.</remarks>
    public override async Task<CometPacket?> ReceiveAsync()
    {
        while (taken == message.Length)
        {
            switch (await ReceiveFrameAsync())
            {
                case null:
                    return null;
                case { Opcode: 1 or 2, IsFinal: true } data:
                    (message, taken) = (data.Payload, 0);
                    Messages++;
                    break;
                case { Opcode: 8, IsFinal: true } close:
                    await AnswerCloseAsync(close);
                    break;
                case { Opcode: 9, IsFinal: true } ping:
                    Pings++;
                    await (AnswersPings ? SendAsync(ping with { Opcode = 10 }) : Task.CompletedTask);
                    break;
                case { Opcode: 10 }:
                    break;
                case var other:
                    Assert.Fail($"the server has sent {other}");
                    break;
            }
        }

        var length = CometPacket.LengthOf(message.AsSpan(taken));
        taken += length;
        return CometPacket.Read(message.AsSpan(taken - length, length));
    }

    private async Task AnswerCloseAsync(CometFrame close)
    {
        try
        {
            await SendAsync(close);
        }
        catch (IOException)
        {
            // The server does not wait for it.
        }
    }

    private static async Task<RawAnswer> HandshakeAsync(CometStream stream, Uri address, params string[] headers)
    {
        string[] lines =
        [
            $"GET {address.PathAndQuery} HTTP/1.1", $"Host: {address.Authority}", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", .. headers, "", "",
        ];
        await stream.SendAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", lines)));
        var answer = new StringBuilder();
        while (answer.Length < 4 || answer.ToString(answer.Length - 4, 4) != "\r\n\r\n")
        {
            Assert.True(await stream.HasAsync(1), $"the connection has ended after '{answer}'");
            answer.Append((char)stream.Take(1)[0]);
        }

        var answered = answer.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        return new RawAnswer(
            int.Parse(answered[0].Split(' ')[1], CultureInfo.InvariantCulture),
            answered.Skip(1)
                .Select(line => line.Split(": ", 2))
                .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase),
            "");
    }
}
