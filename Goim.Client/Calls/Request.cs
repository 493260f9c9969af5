namespace Goim.Client.Calls;

/// <summary>A request, which may be sent more than once.</summary>
/// <param name="Operation">Its name in spans and metrics: the <c>operationId</c> of the app's OpenAPI document.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query, relative to the app's address.</param>
internal sealed record Request(string Operation, HttpMethod Method, string Path)
{
    /// <summary>The body of a POST. Empty for none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Null for none.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// Whether the key may be replaced by a new one while it is certain that nothing was sent with it. False for a key of the caller's.
    /// </summary>
    public bool IsKeyReplaceable { get; init; }

    /// <summary>
    /// Whether a repeat does no harm where it is not known what has become of an attempt: calls that only read, and pushes with an
    /// idempotency key that the broker acknowledges.
    /// </summary>
    public required bool IsRepeatable { get; init; }

    /// <summary>Whether the call only reads.</summary>
    public bool IsRead => IsRepeatable && IdempotencyKey is null;
}
