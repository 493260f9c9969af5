using System.Text;

namespace Goim.Comet.Client;

/// <summary>A message that was pushed.</summary>
public sealed class GoimMessage
{
    private readonly byte[] body;

    /// <param name="body">The bytes that were pushed.</param>
    internal GoimMessage(byte[] body) => this.body = body;

    /// <summary>The bytes that were pushed.</summary>
    public ReadOnlyMemory<byte> Body => body;

    /// <summary>The message as UTF-8 text. Bytes that are no UTF-8 become U+FFFD.</summary>
    public override string ToString() => Encoding.UTF8.GetString(body);
}
