namespace Goim.Logic.Idempotency;

/// <summary>The answer of the first request with a key.</summary>
/// <param name="Problem">Its problem, without data. Null for success.</param>
/// <param name="Data">The data of the answer or of its problem. Empty for none.</param>
internal sealed record FirstAnswer(Problem? Problem, ReadOnlyMemory<byte> Data);
