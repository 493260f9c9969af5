using System.CommandLine;

namespace Goim.Benchmarks.Comet;

/// <summary><c>comet</c>: measures a comet with clients of goim's protocol.</summary>
internal static class CometCommand
{
    public static Command Create() => new(
        "comet",
        "Measures a comet, this project's or goim's own, with clients of goim's protocol over TCP or WebSocket. The clients and the pushes "
        + "are in this process, and each server is in one of its own, so its CPU time and memory have no part of theirs.")
    {
        ConnectionsCommand.Create(),
        ChurnCommand.Create(),
        DeliveryCommand.FanOut(),
        DeliveryCommand.Room(),
        DeliveryCommand.Latency(),
    };
}
