using System.Diagnostics.CodeAnalysis;

namespace Goim.Comet.Client.Sample;

/// <summary>The two arguments of the command.</summary>
internal static class ClientArguments
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Help = """
        Connects to a comet as one client and prints the messages that arrive.

          dotnet run --project Goim.Comet.Client.Sample -- SERVER TOKEN

          SERVER  ws://localhost:7071/sub   WebSocket; wss:// with TLS
                  tcp://localhost:8080      TCP; tls:// with TLS
          TOKEN   says who the client is: a signed token, or in a trial the user id, such as 42

        Standard output has one line for each message. UTF-8 text is printed as it
        is. Other bytes, and text with line breaks or control characters other than
        tabs, are printed as "base64:" and their base64. Everything else goes to
        standard error.

        A heartbeat is sent every 30 s. When the connection breaks or cannot be made,
        or the comet says so, the client connects again: after 1 s, then 2 s, and so
        on up to 30 s. Each wait is shortened at random by up to a half. So a wrong
        address is tried until Ctrl+C.

        Exit codes: 0 after Ctrl+C, or when nobody reads the output any more; 1 if the
        comet refuses the client for good, the server's certificate is refused, or
        what comes is no packet of a comet; 2 for a bad argument.

        """;

    private const string Servers =
        "expected an address such as ws://localhost:7071/sub, wss://host/sub, tcp://localhost:8080 or tls://host:8443.";

    /// <param name="args">The command line.</param>
    /// <param name="options">Null if an argument is bad.</param>
    /// <param name="problem">One sentence with the argument and what was expected. Never quotes the token.</param>
    public static bool TryParse(
        string[] args,
        [NotNullWhen(true)] out GoimConnectionOptions? options,
        [NotNullWhen(false)] out string? problem)
    {
        (options, problem) = (null, null);
        if (args.Length != 2)
        {
            problem = $"{args.Length} arguments were given: expected two, the server and the token (--help says more).";
        }
        else if (!Uri.TryCreate(args[0], UriKind.Absolute, out var server))
        {
            problem = $"The server is '{args[0]}': {Servers}";
        }
        else
        {
            try
            {
                options = new GoimConnectionOptions(server, args[1]);
            }
            catch (ArgumentException bad)
            {
                problem = bad.Message;
            }
        }

        return options is not null;
    }
}
