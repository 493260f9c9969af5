using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Goim.Comet.Client;

/// <summary>The two arguments of the command.</summary>
/// <param name="Server">The comet: a <c>ws</c>, <c>wss</c>, <c>tcp</c> or <c>tls</c> address, the last two with a port.</param>
/// <param name="Token">UTF-8 of the token, 1 to 8,192 bytes.</param>
internal sealed record ClientArguments(Uri Server, byte[] Token)
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Help = """
        Connects to a comet as one client and prints the messages that arrive.

          dotnet run --project Goim.Comet.Client -- SERVER TOKEN

          SERVER  ws://localhost:7071/sub   WebSocket; wss:// with TLS
                  tcp://localhost:8080      TCP; tls:// with TLS
          TOKEN   says who the client is: by default the user id, such as 42

        Standard output has one line for each message. UTF-8 text is printed as it
        is. Other bytes, and text with line breaks or control characters other than
        tabs, are printed as "base64:" and their base64. Everything else goes to
        standard error.

        A heartbeat is sent every 30 s. When the connection breaks or is refused, or
        the comet says so, the client connects again: after 1 s, then 2 s, and so on
        up to 30 s. Each wait is shortened at random by up to a half.

        Exit codes: 0 after Ctrl+C, 1 if the comet refuses the client for good, 2 for
        a bad argument.

        """;

    private const int MaxTokenBytes = 8192;

    private const string Servers =
        "expected an address such as ws://localhost:7071/sub, wss://host/sub, tcp://localhost:8080 or tls://host:8443.";

    /// <param name="args">The command line.</param>
    /// <param name="arguments">Null if an argument is bad.</param>
    /// <param name="problem">One sentence with the argument and what was expected. Never quotes the token.</param>
    public static bool TryParse(
        string[] args,
        [NotNullWhen(true)] out ClientArguments? arguments,
        [NotNullWhen(false)] out string? problem)
    {
        (arguments, problem) = (null, null);
        if (args.Length != 2)
        {
            problem = $"{args.Length} arguments were given: expected two, the server and the token (--help says more).";
        }
        else if (!Uri.TryCreate(args[0], UriKind.Absolute, out var server) || !IsServer(server))
        {
            problem = $"The server is '{args[0]}': {Servers}";
        }
        else if (Encoding.UTF8.GetBytes(args[1]) is { Length: 0 or > MaxTokenBytes } wrong)
        {
            problem = string.Create(
                CultureInfo.InvariantCulture, $"The token has {wrong.Length} bytes: expected 1 to {MaxTokenBytes:N0} bytes of UTF-8.");
        }
        else
        {
            arguments = new ClientArguments(server, Encoding.UTF8.GetBytes(args[1]));
        }

        return arguments is not null;
    }

    // No comet asks for a user and password, and the notes would show them.
    private static bool IsServer(Uri server) => server is { Host.Length: > 0, UserInfo: "", Fragment: "" } && server.Scheme switch
    {
        "ws" or "wss" => true,
        "tcp" or "tls" => server is { Port: > 0, PathAndQuery: "" or "/" },
        _ => false,
    };
}
