using System.Text;

namespace Goim.Benchmarks.Soak;

/// <summary>One request of a soak run.</summary>
/// <param name="Kind">Its name in the tables.</param>
/// <param name="Head">Request line and headers, with the empty line at the end.</param>
/// <param name="Body">The part of the body that is sent.</param>
/// <param name="Expected">What must answer it.</param>
/// <param name="Sending">How it is sent.</param>
internal sealed record SoakRequest(string Kind, string Head, byte[] Body, Expectation Expected, Sending Sending = Sending.Whole)
{
    /// <summary>Makes the request that follows, from the body of a successful answer. Null for none.</summary>
    public Func<string, SoakRequest>? Then { get; init; }

    /// <summary>Whether the connection cannot be used afterwards.</summary>
    public bool IsLast { get; init; }

    public static SoakRequest Get(string kind, string target, Expectation expected = Expectation.Success) =>
        Of(kind, "GET", target, "", expected);

    public static SoakRequest Post(string kind, string target, string body, Expectation expected = Expectation.Success) =>
        Of(kind, "POST", target, body, expected);

    /// <param name="kind">Name of the kind.</param>
    /// <param name="method">The method.</param>
    /// <param name="target">Path and query.</param>
    /// <param name="body">The body, of characters below U+0100: one byte each.</param>
    /// <param name="expected">What must answer it.</param>
    /// <param name="headers">Further header lines, each with its end.</param>
    /// <param name="announced">The Content-Length; -1 for the length of the body.</param>
    public static SoakRequest Of(
        string kind, string method, string target, string body, Expectation expected, string headers = "", int announced = -1)
    {
        var length = announced < 0 ? body.Length : announced;
        var head = $"{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{headers}\r\n";
        return new SoakRequest(kind, head, Encoding.Latin1.GetBytes(body), expected);
    }
}

/// <summary>What must answer a request.</summary>
internal enum Expectation
{
    /// <summary><c>ret</c> 1.</summary>
    Success,

    /// <summary><c>ret</c> 65535 and a sentence.</summary>
    Refusal,

    /// <summary>Status 400, from the HTTP server.</summary>
    BadRequest,

    /// <summary>Status 404.</summary>
    NotFound,

    /// <summary>Status 405.</summary>
    WrongMethod,

    /// <summary>Status 200 with any body.</summary>
    Text,

    /// <summary>Nothing: the caller closes the connection.</summary>
    Nothing,
}

/// <summary>How a request is sent.</summary>
internal enum Sending
{
    /// <summary>At once.</summary>
    Whole,

    /// <summary>The body in ten parts, 20 ms apart.</summary>
    Slow,

    /// <summary>Then the connection is closed.</summary>
    Aborted,
}
