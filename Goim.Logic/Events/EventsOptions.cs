namespace Goim.Logic.Events;

/// <summary>Settings <c>Events__*</c>: which events are published beyond deletions of servers and counts.</summary>
public sealed class EventsOptions
{
    public const string Section = "Events";

    /// <summary>Whether each connect and disconnect is an event. Off unless set.</summary>
    public bool Connections { get; init; }
}
