using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Goim.Logic.Routing;

/// <summary>Settings <c>Router__*</c>: the router nodes and how they are called.</summary>
public sealed class RouterOptions : ICheckedOptions
{
    public const string Section = "Router";

    /// <summary>
    /// gRPC address of each router node, by node name. The name, not the address, goes on the ring. Several addresses, separated by
    /// commas, are one node behind a load balancer, which only nodes over a shared store can be.
    /// </summary>
    public Dictionary<string, string> Nodes { get; init; } = [];

    /// <summary>While set, the ring before a change: reads ask both owners of a user, deletions go to both, writes to the new one. A node whose address is empty is none.</summary>
    public Dictionary<string, string> PreviousNodes { get; init; } = [];

    /// <summary>Deadline of one router call, retries included: 10 ms to 30 s, 3 s unless set (goim's).</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Users in one MGet call: 1 to 10,000, 5,000 unless set.</summary>
    public int BatchSize { get; init; } = 5_000;

    /// <summary>PEM file of the authority that signed the nodes' certificates; the system's authorities unless set.</summary>
    public string? CaFile { get; init => field = value is "" ? null : value; }

    /// <summary>The nodes of the ring before a change that have an address.</summary>
    internal Dictionary<string, string> Previous => new(PreviousNodes.Where(node => node.Value.Length > 0));

    /// <summary>The addresses in a node's setting.</summary>
    internal static string[] Addresses(string setting) => setting.Split(',', StringSplitOptions.TrimEntries);

    IEnumerable<string> ICheckedOptions.Problems()
    {
        if (CallTimeout < TimeSpan.FromMilliseconds(10) || CallTimeout > TimeSpan.FromSeconds(30))
        {
            yield return $"Router__CallTimeout is {CallTimeout}: expected 00:00:00.010 to 00:00:30.";
        }

        if (BatchSize is < 1 or > 10_000)
        {
            yield return $"Router__BatchSize is {BatchSize}: expected 1 to 10000.";
        }

        if (CaFile is not null && !IsPem(CaFile))
        {
            yield return $"Router__CaFile is '{CaFile}': expected a PEM file of certificates.";
        }

        if (Nodes.Count == 0)
        {
            yield return "Router__Nodes is empty: expected Router__Nodes__{name} with the gRPC address of each router node.";
        }

        foreach (var problem in AddressProblems("Nodes", Nodes).Concat(AddressProblems("PreviousNodes", Previous)))
        {
            yield return problem;
        }

        foreach (var (name, address) in Previous)
        {
            if (Nodes.TryGetValue(name, out var now) && now != address)
            {
                yield return $"Router__PreviousNodes__{name} is '{address}' and Router__Nodes__{name} is '{now}': expected one address for one name.";
            }
        }
    }

    private static bool IsPem(string file)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            return authorities.Count > 0;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return false;
        }
    }

    private static IEnumerable<string> AddressProblems(string setting, Dictionary<string, string> nodes)
    {
        foreach (var (name, addresses) in nodes)
        {
            var schemes = Addresses(addresses).Select(SchemeOf).Distinct().ToArray();
            if (schemes.Contains(null))
            {
                yield return $"Router__{setting}__{name} is '{addresses}': expected http://host:port or https://host:port, several separated by commas.";
            }
            else if (schemes.Length > 1)
            {
                yield return $"Router__{setting}__{name} is '{addresses}': expected addresses that are all http or all https.";
            }
        }
    }

    private static string? SchemeOf(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && uri is { PathAndQuery: "/", UserInfo: "" } ? uri.Scheme : null;
}
