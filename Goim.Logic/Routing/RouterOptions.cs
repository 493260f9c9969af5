namespace Goim.Logic.Routing;

/// <summary>Settings <c>Router__*</c>: the router nodes and how they are called.</summary>
public sealed class RouterOptions
{
    public const string Section = "Router";

    /// <summary>
    /// gRPC address of each router node, by node name. The name, not the address, goes on the ring. A node over a shared store may have
    /// several addresses, separated by commas.
    /// </summary>
    public Dictionary<string, string> Nodes { get; init; } = [];

    /// <summary>
    /// The ring before a change, while it is set: reads ask both owners of a user, deletions go to both, writes to the new one. A node with
    /// an empty address does not count.
    /// </summary>
    public Dictionary<string, string> PreviousNodes { get; init; } = [];

    /// <summary>Deadline of one call, all attempts included: 10 ms to 30 s, 3 s unless set (goim's).</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Most users in one MGet call, puts in one MPut call, deletions in one MDel call and changes in one MChangeRoom call: 1 to 10,000,
    /// 5,000 unless set. A node takes no more (<see cref="Goim.Protocol.RouterLimits.MaxUsers"/>).
    /// </summary>
    public int BatchSize { get; init; } = 5_000;

    /// <summary>
    /// The token of the router nodes (<c>RouterNode__Token</c>), sent with each call: 16 to 256 printable ASCII characters without blanks
    /// and commas. Null for none.
    /// </summary>
    public string? Token { get; init => field = value is "" ? null : value; }

    /// <summary>PEM file of the authority that signed the nodes' certificates. Null for the system's authorities.</summary>
    public string? CaFile { get; init => field = value is "" ? null : value; }

    /// <summary>
    /// PEM file of the certificate that the app shows to nodes that ask for one, and of the authorities between it and the root. Null for
    /// none.
    /// </summary>
    public string? CertificateFile { get; init => field = value is "" ? null : value; }

    /// <summary>PEM file of that certificate's key, without a password. Null if <see cref="CertificateFile"/> has the key.</summary>
    public string? KeyFile { get; init => field = value is "" ? null : value; }

    /// <summary>The nodes of the ring before a change that have an address.</summary>
    internal Dictionary<string, string> Previous => new(PreviousNodes.Where(node => node.Value.Length > 0));

    /// <summary>Splits a node's setting into its addresses.</summary>
    internal static string[] Addresses(string setting) => setting.Split(',', StringSplitOptions.TrimEntries);
}
