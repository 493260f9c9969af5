using System.Text;

namespace Goim.Functions.Tests.Hosting.OpenApi;

/// <summary>An answer of a host, and what it answers.</summary>
/// <param name="Method">The request's.</param>
/// <param name="Path">The request's, without its query.</param>
/// <param name="Status">Of the answer.</param>
internal sealed record SeenAnswer(string Method, string Path, int Status)
{
    /// <summary>The request's headers.</summary>
    public required ILookup<string, string> Sent { get; init; }

    /// <summary>The answer's headers.</summary>
    public required ILookup<string, string> Headers { get; init; }

    /// <summary>The answer's body. Null if it is not read.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Whether the request's line or its Host is none.</summary>
    public bool IsMalformed { get; init; }

    /// <summary>The media type, without parameters. Null without the header.</summary>
    public string? Type => Headers["Content-Type"].FirstOrDefault()?.Split(';')[0].TrimEnd();

    /// <summary>Whether errors are to have their own statuses.</summary>
    public bool WantsStatus => string.Join(",", Sent["X-Goim-Errors"]).Split(',')[0].Equals("http", StringComparison.OrdinalIgnoreCase);

    public override string ToString()
    {
        var start = Body is not { } body ? "not read" : Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 400));
        return $"{Method} {Path} {Status} {Type} {start}";
    }
}
