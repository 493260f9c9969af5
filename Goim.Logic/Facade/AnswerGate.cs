using Goim.Logic.Gate;

namespace Goim.Logic.Facade;

/// <summary>
/// Bounds the memory of answers with sessions: eight are made at once, and those that are not sent yet have 128 MiB together.
/// </summary>
public sealed class AnswerGate : IDisposable
{
    /// <summary>Most answers that are made at once. Further callers wait.</summary>
    private const int MaxMade = 8;

    /// <summary>Most bytes of answers that are not sent yet, without the first 64 KiB of each.</summary>
    private const long MaxBytes = 128 * 1024 * 1024;

    private readonly SemaphoreSlim turns = new(MaxMade);
    private readonly CallGate unsent = new("answers with sessions", int.MaxValue, "", MaxBytes, "nothing was changed");

    /// <summary>Makes an answer when it has its turn.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<Outcome<ReadOnlyMemory<byte>>> MakeAsync(
        Func<Task<Outcome<ReadOnlyMemory<byte>>>> makeAsync, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken);
        try
        {
            return await makeAsync();
        }
        finally
        {
            turns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turns.Dispose();

    internal GatedCall Begin() => unsent.Begin();
}

/// <summary>The answer of one invocation, from when it is made until the invocation's services are disposed: by then it is sent.</summary>
/// <param name="gate">Bounds the answers.</param>
public sealed class UnsentAnswer(AnswerGate gate) : IDisposable
{
    private readonly GatedCall held = gate.Begin();

    /// <summary>Counts the answer. A problem if the answers that are not sent yet have too many bytes.</summary>
    public Problem? Hold(int bytes) => held.Arrive(bytes);

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();
}
