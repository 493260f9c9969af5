namespace Goim.Logic.Events;

/// <summary>Settings <c>Events__*</c>: what is published on the topic of events beyond deletions of servers.</summary>
public sealed class EventsOptions
{
    public const string Section = "Events";

    /// <summary>Whether each connect and disconnect is an event; off unless set.</summary>
    public bool Connections { get; init; }
}
