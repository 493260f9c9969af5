using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Goim.Logic.Routing.Ring;

namespace Goim.Functions.Tests.Unit.Routing;

public sealed class KetamaRingTests
{
    private static readonly JsonElement Vectors = JsonElement.Parse(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", "ketama.json")));

    [Fact]
    public void Places_every_user_where_goim_does() => Assert.All(Vectors.EnumerateArray(), vector =>
    {
        string[] names = [.. vector.GetProperty("nodes").EnumerateArray().Select(node => node.GetString()!)];
        var samples = vector.GetProperty("samples").EnumerateArray()
            .Select(sample => (User: sample.GetProperty("uid").GetInt64(), Node: sample.GetProperty("node").GetString()!))
            .ToArray();
        var ring = new KetamaRing(names);
        var nodes = new ushort[samples.Length];

        ring.NodesOf([.. samples.Select(sample => sample.User)], nodes);

        Assert.Equal(samples.Select(sample => sample.Node), nodes.Select(node => names[node]));
        Assert.Equal(samples.Select(sample => sample.Node), samples.Select(sample => names[ring.NodeOf(sample.User)]));
    });

    [Fact]
    public void The_order_of_the_nodes_does_not_matter()
    {
        var (forth, back) = (new KetamaRing(["1", "2", "3"]), new KetamaRing(["3", "2", "1"]));

        Assert.All(Enumerable.Range(-500, 1_000), userId => Assert.Equal(forth.NodeOf(userId), 2 - back.NodeOf(userId)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(300)]
    public void A_user_is_at_the_next_point_of_the_ring_as_the_librarys_SHA1_has_it(int count)
    {
        string[] names = [.. Enumerable.Range(1, count).Select(node => string.Create(CultureInfo.InvariantCulture, $"node-{node}"))];
        var ring = new KetamaRing(names);
        var points = new SortedDictionary<uint, int>();
        foreach (var (node, name) in names.Index())
        {
            for (var i = 1; i <= 255; i++)
            {
                points.TryAdd(Point(string.Create(CultureInfo.InvariantCulture, $"{name}:{i}")), node);
            }
        }

        var (ascending, nodes) = ((uint[])[.. points.Keys], (int[])[.. points.Values]);
        var userIds = Ids(10_000).ToArray();
        var found = new ushort[userIds.Length];
        ring.NodesOf(userIds, found);
        for (var i = 0; i < userIds.Length; i++)
        {
            var point = Point(userIds[i].ToString(CultureInfo.InvariantCulture));
            var at = Array.BinarySearch(ascending, point);
            var next = at >= 0 ? at : ~at;
            Assert.Equal(nodes[next == nodes.Length ? 0 : next], (int)found[i]);
            Assert.Equal((int)found[i], ring.NodeOf(userIds[i]));
        }
    }

    [Fact]
    public void Many_points_are_those_of_each_id_whatever_their_number()
    {
        var userIds = Ids(2_000).ToArray();
        var points = new uint[userIds.Length];
        for (var count = 0; count <= 40; count++)
        {
            UserPoint.OfEach(userIds.AsSpan(count, count), points);
            Assert.Equal(
                userIds.Skip(count).Take(count).Select(userId => Point(userId.ToString(CultureInfo.InvariantCulture))),
                points.Take(count));
        }

        UserPoint.OfEach(userIds, points);
        Assert.Equal(userIds.Select(userId => Point(userId.ToString(CultureInfo.InvariantCulture))), points);
        Assert.Equal(points, userIds.Select(UserPoint.Of));
    }

    // Every length of text, the ends of int64, and random ones.
    private static IEnumerable<long> Ids(int count)
    {
        var random = new Random(11);
        long[] ends = [0, long.MinValue, long.MaxValue, long.MinValue + 1, int.MinValue, int.MaxValue];
        var aroundPowers = Enumerable.Range(0, 19)
            .Select(exponent => (long)Math.Pow(10, exponent))
            .SelectMany(power => new[] { power, power - 1, -power, 1 - power });
        var randoms = Enumerable.Range(0, count)
            .Select(i => i % 2 == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(2_000_000) - 1_000_000);
        return ends.Concat(aroundPowers).Concat(randoms).Take(count);
    }

    private static uint Point(string text)
    {
#pragma warning disable CA5350 // goim's ring.
        return BinaryPrimitives.ReadUInt32BigEndian(SHA1.HashData(Encoding.ASCII.GetBytes(text)).AsSpan(16));
#pragma warning restore CA5350
    }
}
