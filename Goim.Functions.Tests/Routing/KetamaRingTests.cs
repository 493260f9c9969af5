using System.Text.Json;
using Goim.Logic.Routing;

namespace Goim.Functions.Tests.Routing;

public sealed class KetamaRingTests
{
    private static readonly JsonElement Vectors = JsonElement.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", "ketama.json")));

    [Fact]
    public void Places_every_user_where_goim_does() => Assert.All(Vectors.EnumerateArray(), vector =>
    {
        string[] names = [.. vector.GetProperty("nodes").EnumerateArray().Select(node => node.GetString()!)];
        var ring = new KetamaRing(names);

        Assert.All(vector.GetProperty("samples").EnumerateArray(), sample =>
            Assert.Equal(sample.GetProperty("node").GetString(), names[ring.NodeOf(sample.GetProperty("uid").GetInt64())]));
    });

    [Fact]
    public void The_order_of_the_nodes_does_not_matter()
    {
        var (forth, back) = (new KetamaRing(["1", "2", "3"]), new KetamaRing(["3", "2", "1"]));

        Assert.All(Enumerable.Range(-500, 1_000), userId => Assert.Equal(forth.NodeOf(userId), 2 - back.NodeOf(userId)));
    }
}
