namespace Goim.Comet.Registration;

/// <summary>Outcome of a call of the facade.</summary>
internal enum CallOutcome
{
    /// <summary>The facade has answered with <c>ret</c> 1.</summary>
    Done,

    /// <summary>The facade has answered with an error. There may be data.</summary>
    Failed,

    /// <summary>The facade did not get the call, or did not take it. Nothing was done.</summary>
    NotDone,

    /// <summary>There was no answer. What was asked for may be done, or be done later.</summary>
    Unknown,

    /// <summary>Something else has answered, such as a gateway. What was asked for may be done, or be done later.</summary>
    NotOurs,
}

/// <summary>The reply to a call of the facade.</summary>
/// <param name="Outcome">Outcome of the call.</param>
/// <param name="Data">The data of the answer. Null for none.</param>
/// <param name="RetryAfter">How long the facade asks to wait before the next call. Zero if it does not.</param>
internal readonly record struct FacadeReply<T>(CallOutcome Outcome, T? Data, TimeSpan RetryAfter = default)
    where T : class
{
    public bool IsDone => Outcome == CallOutcome.Done;

    /// <summary>A delay before the next call, or a longer one if the facade asks for it.</summary>
    public TimeSpan DelayOf(TimeSpan delay) => delay > RetryAfter ? delay : RetryAfter;
}
