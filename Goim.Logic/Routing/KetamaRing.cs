using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Goim.Logic.Routing;

/// <summary>goim's consistent hash ring: which router node holds a user.</summary>
/// <remarks>goim libs/hash/ketama: 255 points a node; a point is the last four bytes of a SHA-1 digest, big-endian.</remarks>
public sealed class KetamaRing
{
    private const int PointsPerNode = 255;
    private readonly uint[] points;
    private readonly int[] nodes;

    /// <param name="names">Node names, at least one; the ring does not depend on their order.</param>
    public KetamaRing(IReadOnlyList<string> names)
    {
        points = new uint[names.Count * PointsPerNode];
        nodes = new int[points.Length];
        for (var node = 0; node < names.Count; node++)
        {
            for (var i = 1; i <= PointsPerNode; i++)
            {
                var at = (node * PointsPerNode) + i - 1;
                points[at] = PointOf(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{names[node]}:{i}")));
                nodes[at] = node;
            }
        }

        Array.Sort(points, nodes);
    }

    /// <summary>The node that holds a user: index into the names the ring was made of.</summary>
    public int NodeOf(long userId)
    {
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(userId, text, out var length);
        var at = Array.BinarySearch(points, PointOf(text[..length]));
        var next = at >= 0 ? at : ~at;
        return nodes[next == points.Length ? 0 : next];
    }

    private static uint PointOf(ReadOnlySpan<byte> text)
    {
        Span<byte> digest = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // Placement that must equal goim's, not security.
        SHA1.HashData(text, digest);
#pragma warning restore CA5350
        return BinaryPrimitives.ReadUInt32BigEndian(digest[^4..]);
    }
}
