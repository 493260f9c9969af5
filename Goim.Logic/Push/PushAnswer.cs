using Goim.Logic.Delivery;

namespace Goim.Logic.Push;

/// <summary>The answer to a push.</summary>
/// <param name="Data">UTF-8 JSON. Empty for goim's bare answer.</param>
/// <param name="Queued">Records for the Kafka output binding. Empty if they are delivered already, or nothing is sent.</param>
public readonly record struct PushAnswer(ReadOnlyMemory<byte> Data, PushRecord[] Queued);
