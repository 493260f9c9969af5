namespace Goim.Logic;

/// <summary>Why a request was not carried out. goim answers all of these with <c>ret</c> 65535.</summary>
/// <param name="Kind">The kind of problem.</param>
/// <param name="Error">One sentence for the caller, naming the field, the value and what was expected.</param>
public sealed record Problem(ProblemKind Kind, string Error)
{
    /// <summary>That of an <see cref="Outcome{T}"/> which has neither a value nor a problem.</summary>
    internal static readonly Problem Unknown = new(ProblemKind.BadInput, "refused without a reason.");

    /// <summary>Stands in an <see cref="Outcome{T}"/> for no problem.</summary>
    internal static readonly Problem None = new(default, "");

    /// <summary>Methods of the route, separated by commas. Set with <see cref="ProblemKind.WrongMethod"/>.</summary>
    public string? Allow { get; init; }

    /// <summary>The header <c>WWW-Authenticate</c>. Set with <see cref="ProblemKind.Unauthorized"/>.</summary>
    public string? Challenge { get; init; }

    /// <summary>Whether a part of the request may have been carried out, so that a repeat may do it twice.</summary>
    public bool IsDoneInPart { get; init; }

    /// <summary>
    /// When to repeat the request: the header <c>Retry-After</c>. Default: 1 s for <see cref="ProblemKind.Unavailable"/> and
    /// <see cref="ProblemKind.TooMany"/>. Null if a repeat would not help.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; } =
        Kind is ProblemKind.Unavailable or ProblemKind.TooMany ? TimeSpan.FromSeconds(1) : null;

    /// <summary>Whether the status is the kind's without <c>X-Goim-Errors: http</c> too.</summary>
    public bool HasOwnStatus { get; init; } = Kind is ProblemKind.Unauthorized or ProblemKind.Forbidden or ProblemKind.WrongMethod;

    /// <summary>What the caller may not reach, for the trail: a scope, a room or a limit. Null for none.</summary>
    public string? Target { get; init; }

    /// <summary>UTF-8 JSON for the answer's <c>data</c>, beside the error. Empty for none.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }
}

/// <summary>Kinds of problem. The number is the HTTP status with <c>X-Goim-Errors: http</c>.</summary>
public enum ProblemKind
{
    /// <summary>The request is not valid.</summary>
    BadInput = 400,

    /// <summary>No caller is known. The status is always 401.</summary>
    Unauthorized = 401,

    /// <summary>The caller may not do this. The status is always 403.</summary>
    Forbidden = 403,

    /// <summary>The route does not have this method. The status is always 405, with <c>Allow</c>.</summary>
    WrongMethod = 405,

    /// <summary>The first request with this idempotency key is still under way.</summary>
    StillRunning = 409,

    /// <summary>The request, its message, its list of users or its answer exceeds a limit.</summary>
    TooLarge = 413,

    /// <summary>The body is compressed.</summary>
    UnsupportedEncoding = 415,

    /// <summary>
    /// Too many calls of one kind at once in this process, too many sessions of one user, or too many scans at once at a router node. Or
    /// the caller is above one of his limits: then the status is always 429.
    /// </summary>
    TooMany = 429,

    /// <summary>A router node answered an error.</summary>
    RouterError = 502,

    /// <summary>A router node or Kafka does not answer.</summary>
    Unavailable = 503,
}
