using Goim.Comet.Delivery;

namespace Goim.Comet.Registration;

/// <summary>
/// Keeps the rooms of connections that are restored right: a change that a node has finished and then forgotten may still be on the topic,
/// unread, when the connections are listed. Only the heartbeats use it.
/// </summary>
/// <param name="changes">Asks for changes.</param>
/// <param name="topic">How far the topic has been read. Null without a topic.</param>
internal sealed class RestoredRooms(RoomChanges changes, ITopicProgress? topic = null)
{
    private static readonly TimeSpan LongestCatchUp = TimeSpan.FromSeconds(5);

    // A connection is in it once, however often it is restored.
    private HashSet<Connection> moved = [];

    /// <summary>Waits until the changes of room that are on the topic now have been carried out here, but not for long.</summary>
    public Task CatchUpAsync(CancellationToken cancellationToken) =>
        topic?.CatchUpAsync(LongestCatchUp, cancellationToken) ?? Task.CompletedTask;

    /// <summary>Adds connections that were restored in a room in which they are not any more.</summary>
    public void Add(List<Connection> connections) => moved.UnionWith(connections);

    /// <summary>Asks for the rooms that those connections are in now. False if something is left, and it has to be called again.</summary>
    public async Task<bool> CorrectAsync()
    {
        if (moved.Count > 0)
        {
            moved.RemoveWhere(static connection => connection.Outbox.IsClosing);
            var asked = moved.ToArray();
            var answers = await Task.WhenAll(asked.Select(connection => changes.AskAsync(connection.Key, connection.RoomId)));
            moved = [.. asked.Where((_, i) => answers[i].MayRetry)];
        }

        return moved.Count == 0;
    }
}
