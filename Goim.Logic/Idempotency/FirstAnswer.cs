namespace Goim.Logic.Idempotency;

/// <summary>How the first request with a key was answered.</summary>
/// <param name="Problem">Its problem, without data; null if it has none.</param>
/// <param name="Data">The data of the answer, or of its problem; empty for none.</param>
internal sealed record FirstAnswer(Problem? Problem, ReadOnlyMemory<byte> Data);
