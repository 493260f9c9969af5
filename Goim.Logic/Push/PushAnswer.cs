namespace Goim.Logic.Push;

/// <summary>What a push is answered with.</summary>
/// <param name="Data">UTF-8 JSON; empty for goim's bare answer.</param>
/// <param name="Queued">Records for the Kafka output binding; empty where they went another way.</param>
public readonly record struct PushAnswer(ReadOnlyMemory<byte> Data, PushRecord[] Queued);
