using System.Net.Security;
using System.Runtime.CompilerServices;

namespace Goim.Comet.Client;

/// <summary>Where and as whom a <see cref="GoimConnection"/> connects.</summary>
public sealed class GoimConnectionOptions
{
    /// <summary>With one token for all connects, which does not expire.</summary>
    /// <param name="server">See <see cref="Server"/>.</param>
    /// <param name="token">1 to 8,192 bytes of UTF-8.</param>
    /// <exception cref="ArgumentException">The server or the token is none. The message says what was expected.</exception>
    public GoimConnectionOptions(Uri server, string token)
    {
        Server = Checked(server);
        var constant = new GoimToken(token);
        TokenFactory = _ => new ValueTask<GoimToken>(constant);
    }

    /// <summary>With a token for each connect.</summary>
    /// <param name="server">See <see cref="Server"/>.</param>
    /// <param name="tokenFactory">See <see cref="TokenFactory"/>.</param>
    /// <exception cref="ArgumentException">The server is none. The message says what was expected.</exception>
    public GoimConnectionOptions(Uri server, Func<CancellationToken, ValueTask<GoimToken>> tokenFactory)
    {
        Server = Checked(server);
        TokenFactory = tokenFactory ?? throw new ArgumentNullException(nameof(tokenFactory));
    }

    /// <summary>
    /// The comet: <c>ws://host/sub</c>, <c>wss://host/sub</c> with TLS, <c>tcp://host:8080</c>, or <c>tls://host:8443</c> for TCP with TLS.
    /// </summary>
    public Uri Server { get; }

    /// <summary>
    /// Is asked for a token before each attempt to connect, and before a token with a <see cref="GoimToken.Lifetime"/> expires, on a thread
    /// of the pool. It has 10 s. When it fails, it is asked again later: after 1 s, then 2 s, and so on up to 30 s.
    /// </summary>
    public Func<CancellationToken, ValueTask<GoimToken>> TokenFactory { get; }

    /// <summary>
    /// Time between two heartbeats: 1 s to 1 hour, 30 s unless set. It must be shorter than the comet's <c>Comet__HeartbeatTimeout</c>,
    /// which is 5 minutes unless set. A connection over which nothing has come for two intervals counts as broken.
    /// </summary>
    public TimeSpan HeartbeatInterval
    {
        get;
        init => field = InRange(value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Most messages that wait for the program to take them: 1 to 1,000,000, 256 unless set. When so many wait, the connection takes no
    /// more from the comet.
    /// </summary>
    public int MaxBufferedMessages
    {
        get;
        init => field = InRange(value, 1, 1_000_000);
    } = 256;

    /// <summary>
    /// Most bytes of messages that wait for the program to take them: 1 to 1,000,000,000, 4,194,304 unless set. One message always fits.
    /// When so many wait, the connection takes no more from the comet.
    /// </summary>
    public int MaxBufferedBytes
    {
        get;
        init => field = InRange(value, 1, 1_000_000_000);
    } = 4 << 20;

    /// <summary>
    /// Decides about the server's certificate; null for the check of the operating system. A server whose certificate is refused, or whose
    /// check throws, is not tried again. With the netstandard2.0 assembly neither is so for <c>wss</c> addresses, since .NET Standard has
    /// no such check for WebSockets: the operating system decides, and the connection is tried again.
    /// </summary>
    public RemoteCertificateValidationCallback? ServerCertificateCheck { get; init; }

    /// <summary>For heartbeats, timeouts and waits: the system's unless a test sets another.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    // No comet asks for a user and password, and reasons would show them.
    private static Uri Checked(Uri server)
    {
        var isServer = (server ?? throw new ArgumentNullException(nameof(server))) is
        { IsAbsoluteUri: true, Host.Length: > 0, UserInfo: "", Fragment: "" }
            && server.Scheme switch
            {
                "ws" or "wss" => true,
                "tcp" or "tls" => server is { Port: > 0, PathAndQuery: "" or "/" },
                _ => false,
            };
        return isServer ? server : throw new ArgumentException(
            $"The server is '{server.OriginalString}': expected an address such as ws://localhost:7071/sub, wss://host/sub,"
            + " tcp://localhost:8080 or tls://host:8443.");
    }

    private static T InRange<T>(T value, T least, T most, [CallerMemberName] string name = "")
        where T : IComparable<T> =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? value
            : throw new ArgumentException(FormattableString.Invariant($"{name} is {value}: expected {least} to {most}."));
}
