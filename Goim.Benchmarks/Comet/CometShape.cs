namespace Goim.Benchmarks.Comet;

/// <summary>The load of a delivery run.</summary>
/// <param name="Clients">Number of clients.</param>
/// <param name="Streams">Number of HTTP connections that push in turns, each one message after the other.</param>
/// <param name="Bytes">Size of a message.</param>
/// <param name="Rate">Pushes a second of all streams together.</param>
/// <param name="Ack">Query parameter <c>ack</c> of pushes; null for none.</param>
/// <param name="IsRising">True to raise the rate until the run fails.</param>
/// <param name="WarmUp">Time before the measurement.</param>
/// <param name="Duration">Time of the measurement, of each rate if it rises.</param>
internal sealed record CometShape(
    int Clients, int Streams, int Bytes, double Rate, string? Ack, bool IsRising, TimeSpan WarmUp, TimeSpan Duration);
