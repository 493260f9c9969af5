namespace Goim.Logic.Routing;

/// <summary>Settings <c>Router__*</c>: the router nodes and how they are called.</summary>
public sealed class RouterOptions : ICheckedOptions
{
    public const string Section = "Router";

    /// <summary>gRPC address of each router node, by node name. The name, not the address, goes on the ring.</summary>
    public Dictionary<string, string> Nodes { get; init; } = [];

    /// <summary>Deadline of one router call: 10 ms to 30 s, 3 s unless set (goim's).</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Users in one MGet call: 1 to 100,000, 5,000 unless set.</summary>
    public int BatchSize { get; init; } = 5_000;

    IEnumerable<string> ICheckedOptions.Problems()
    {
        if (CallTimeout < TimeSpan.FromMilliseconds(10) || CallTimeout > TimeSpan.FromSeconds(30))
        {
            yield return $"Router__CallTimeout is {CallTimeout}: expected 00:00:00.010 to 00:00:30.";
        }

        if (BatchSize is < 1 or > 100_000)
        {
            yield return $"Router__BatchSize is {BatchSize}: expected 1 to 100000.";
        }

        if (Nodes.Count == 0)
        {
            yield return "Router__Nodes is empty: expected Router__Nodes__{name} with the gRPC address of each router node.";
        }

        foreach (var (name, address) in Nodes)
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.AbsolutePath != "/" || address.Contains(','))
            {
                yield return $"Router__Nodes__{name} is '{address}': expected one address, http://host:port or https://host:port.";
            }
        }
    }
}
