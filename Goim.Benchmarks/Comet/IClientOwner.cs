namespace Goim.Benchmarks.Comet;

/// <summary>What is told about the clients that it has started.</summary>
internal interface IClientOwner
{
    /// <summary>The client is authenticated. It may be closed and started again here.</summary>
    void Ready(CometClient client);

    /// <summary>The connection was not made, was closed by the server, or broke: <see cref="CometClient.Failure"/>. It is closed.</summary>
    void Lost(CometClient client);
}
