namespace Goim.Logic;

/// <summary>Why a request was not carried out: goim's <c>ret</c> 65535, told apart.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Error">One sentence for the caller, naming the field, the value and what was expected.</param>
public sealed record Problem(ProblemKind Kind, string Error)
{
    /// <summary>With <see cref="ProblemKind.WrongMethod"/>, the methods of the route, separated by commas.</summary>
    public string? Allow { get; init; }

    /// <summary>Whether something of it may be done all the same, so that a repeat may do it twice.</summary>
    public bool IsDoneInPart { get; init; }

    /// <summary>UTF-8 JSON that the answer has as <c>data</c> beside the error; empty for none.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }
}

/// <summary>Kinds of problem; the number is the HTTP status under <c>X-Goim-Errors: http</c>.</summary>
public enum ProblemKind
{
    /// <summary>The request is not one that can be carried out.</summary>
    BadInput = 400,

    /// <summary>The method is not one of the route's. Answered with this status always, with <c>Allow</c>.</summary>
    WrongMethod = 405,

    /// <summary>The first request with this idempotency key is still under way.</summary>
    StillRunning = 409,

    /// <summary>The request, its message or its list of users is above a limit.</summary>
    TooLarge = 413,

    /// <summary>Too many pushes at once in this process.</summary>
    TooMany = 429,

    /// <summary>A router node answered an error.</summary>
    RouterError = 502,

    /// <summary>A router node or Kafka does not answer.</summary>
    Unavailable = 503,
}
