namespace Goim.Comet.Delivery;

/// <summary>Who has registered a connection.</summary>
internal interface IConnectionOwner
{
    /// <summary>The connection is closed. The client may take a while to close its side. Called by any thread; must not wait.</summary>
    void Closed();
}
