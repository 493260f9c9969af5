using System.Text;

namespace Goim.Benchmarks.Comet;

/// <summary>Where a run pushes, and who receives it.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="PathOf">The path and query of a push, by the number of the push from 0.</param>
/// <param name="Receivers">Clients that receive each push.</param>
/// <param name="IsOrdered">True if the messages of one stream are on one partition, so that they arrive in order.</param>
internal sealed record PushRoute(string Name, Func<long, string> PathOf, int Receivers, bool IsOrdered)
{
    /// <summary>The same, with the query parameter <c>ack</c> if it is not null.</summary>
    public PushRoute WithAck(string? ack) => ack is null ? this : this with
    {
        Name = $"{Name} ack={ack}",
        PathOf = push => PathOf(push) is var path && path.Contains('?') ? $"{path}&ack={ack}" : $"{path}?ack={ack}",
    };

    /// <summary>The request of a push. Its body starts with a stamp.</summary>
    public byte[] Request(Uri api, string[] headers, long push, int bytes, Stamp stamp)
    {
        var lines = string.Concat(headers.Select(header => header + "\r\n"));
        var head = $"POST {api.AbsolutePath.TrimEnd('/')}{PathOf(push)} HTTP/1.1\r\nHost: {api.Authority}\r\n{lines}"
            + $"Content-Length: {bytes}\r\n\r\n";
        var request = new byte[head.Length + bytes];
        Encoding.ASCII.GetBytes(head, request);
        request.AsSpan(head.Length).Fill((byte)'m');
        stamp.Write(request.AsSpan(head.Length));
        return request;
    }
}
