namespace Goim.Functions.Tests.Hosting;

/// <summary>A client over TCP.</summary>
internal sealed class CometTcp(CometStream stream) : CometClient(stream)
{
    public override Task SendPacketAsync(ReadOnlyMemory<byte> bytes) => Stream.SendAsync(bytes);

    public override async Task<CometPacket?> ReceiveAsync()
    {
        if (!await Stream.HasAsync(CometPacket.HeaderLength))
        {
            return null;
        }

        var length = CometPacket.LengthOf(Stream.Peek(CometPacket.HeaderLength));
        return await Stream.HasAsync(length) ? CometPacket.Read(Stream.Take(length)) : null;
    }
}
