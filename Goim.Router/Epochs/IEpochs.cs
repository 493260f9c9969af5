namespace Goim.Router.Epochs;

/// <summary>
/// The epochs of comet servers. A changed epoch tells a comet that sessions of it were forgotten, so that it restores its connections.
/// </summary>
internal interface IEpochs
{
    /// <summary>The server's epoch: 16 hex digits.</summary>
    ValueTask<string> GetAsync(int server);

    /// <summary>Changes the server's epoch. To be called before its sessions are deleted.</summary>
    // Before, not after: a comet that sees the new epoch restores its connections, and the deletion spares what was restored since it
    // began. If the node stops in between, the comet still learns of the deletion.
    ValueTask ForgetAsync(int server);
}
