using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Goim.Logic.Routing.Ring;

/// <summary>goim's consistent hash ring: finds the router node of a user.</summary>
/// <remarks>goim libs/hash/ketama: a node has 255 points. A point is the last four bytes of a SHA-1 digest, big-endian.</remarks>
public sealed class KetamaRing
{
    /// <summary>Users whose points are on the stack at once.</summary>
    private const int Chunk = 256;

    private const int PointsPerNode = 255;

    // Ascending. After the last point comes the first one again, so that the ring closes.
    private readonly uint[] points;
    private readonly ushort[] nodes;

    // starts[b]: index of the first point that is not below the points whose highest bits are b.
    private readonly int[] starts;
    private readonly int shift;

    /// <summary>Makes a ring of nodes.</summary>
    /// <param name="names">Node names, at least one. Their order does not matter.</param>
    public KetamaRing(IReadOnlyList<string> names)
    {
        Count = names.Count;
        points = new uint[(names.Count * PointsPerNode) + 1];
        nodes = new ushort[points.Length];
        for (var node = 0; node < names.Count; node++)
        {
            for (var i = 1; i <= PointsPerNode; i++)
            {
                var at = (node * PointsPerNode) + i - 1;
                points[at] = PointOf(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{names[node]}:{i}")));
                nodes[at] = (ushort)node;
            }
        }

        Array.Sort(points, nodes, 0, points.Length - 1);
        (points[^1], nodes[^1]) = (uint.MaxValue, nodes[0]);

        // About two starts for each point, so that mostly the first point that is read is the right one.
        var bits = 33 - int.LeadingZeroCount(points.Length);
        shift = 32 - bits;
        starts = new int[1 << bits];
        for (var (start, at) = (0, 0); start < starts.Length; start++)
        {
            while (points[at] < (uint)start << shift)
            {
                at++;
            }

            starts[start] = at;
        }
    }

    /// <summary>Nodes on the ring.</summary>
    public int Count { get; }

    /// <summary>The node of a user, as an index into the names that the ring was made of.</summary>
    public int NodeOf(long userId) => Count == 1 ? 0 : NodeAt(UserPoint.Of(userId));

    /// <summary>The node of each user, in order, as indexes into the names that the ring was made of.</summary>
    /// <param name="userIds">The users.</param>
    /// <param name="found">Takes one node for each user.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void NodesOf(ReadOnlySpan<long> userIds, Span<ushort> found)
    {
        if (Count == 1)
        {
            found[..userIds.Length].Clear();
            return;
        }

        Span<uint> at = stackalloc uint[Chunk];
        while (!userIds.IsEmpty)
        {
            var count = Math.Min(Chunk, userIds.Length);
            UserPoint.OfEach(userIds[..count], at);
            for (var i = 0; i < count; i++)
            {
                found[i] = NodeAt(at[i]);
            }

            userIds = userIds[count..];
            found = found[count..];
        }
    }

    private ushort NodeAt(uint point)
    {
        var next = starts[point >> shift];
        while (points[next] < point)
        {
            next++;
        }

        return nodes[next];
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
