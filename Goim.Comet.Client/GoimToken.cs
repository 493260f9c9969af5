using System.Text;

namespace Goim.Comet.Client;

/// <summary>
/// Says who the client is. What it looks like is up to the app behind the comet: a signed token (JWT), or in a trial the user id.
/// </summary>
public sealed class GoimToken
{
    private const int MaxBytes = 8192;

    /// <param name="value">The token: 1 to 8,192 bytes of UTF-8.</param>
    /// <param name="lifetime">
    /// How long it is valid from now on, more than zero. The connection asks for the next token in time, and sends it. Null if it is not
    /// known or has no end: then no token is asked for while the connection lives.
    /// </param>
    /// <exception cref="ArgumentException">The token or its lifetime is out of its range. The message never quotes the token.</exception>
    public GoimToken(string value, TimeSpan? lifetime = null)
    {
        Utf8 = Encoding.UTF8.GetBytes(value ?? throw new ArgumentNullException(nameof(value)));
        if (Utf8.Length is 0 or > MaxBytes)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The token has {Utf8.Length} bytes: expected 1 to {MaxBytes:N0} bytes of UTF-8."));
        }

        if (lifetime <= TimeSpan.Zero)
        {
            throw new ArgumentException(FormattableString.Invariant($"The lifetime of the token is {lifetime}: expected more than zero."));
        }

        Lifetime = lifetime;
    }

    /// <summary>How long it is valid from the time at which it was made; null if that is not known or has no end.</summary>
    public TimeSpan? Lifetime { get; }

    /// <summary>What is sent.</summary>
    internal byte[] Utf8 { get; }
}
