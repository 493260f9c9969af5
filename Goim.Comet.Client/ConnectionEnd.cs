using System.Text.Json;

namespace Goim.Comet.Client;

/// <summary>Why a connection ended, and whether to connect again.</summary>
/// <param name="Reason">A sentence for the user.</param>
/// <param name="Reconnect">False if the next attempt would end in the same way.</param>
internal sealed record ConnectionEnd(string Reason, bool Reconnect)
{
    /// <param name="body">Of <see cref="Operation.Disconnected"/>: <c>{"reason":"…","reconnect":true}</c>.</param>
    /// <returns>Not to connect again unless the body says so.</returns>
    public static ConnectionEnd Read(ReadOnlySpan<byte> body)
    {
        var (reason, reconnect) = ("the server gave no reason", false);
        try
        {
            var end = JsonElement.Parse(body);
            if (end.ValueKind == JsonValueKind.Object)
            {
                reason = end.TryGetProperty("reason", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : reason;
                reconnect = end.TryGetProperty("reconnect", out var again) && again.ValueKind == JsonValueKind.True;
            }
        }
        catch (JsonException)
        {
            // Not the body of a comet.
        }

        return new ConnectionEnd($"Disconnected: {Printable(reason).TrimEnd('.')}.", reconnect);
    }

    /// <summary>The connection could not be made, or broke.</summary>
    public static ConnectionEnd Broken(Uri server, Exception failure, bool reconnect) =>
        new($"{server.OriginalString}: {Printable(failure.GetBaseException().Message).TrimEnd('.')}.", reconnect);

    // Control characters could change the terminal.
    private static string Printable(string text) =>
        string.Create(text.Length, text, static (output, input) =>
        {
            for (var i = 0; i < input.Length; i++)
            {
                output[i] = char.IsControl(input[i]) ? ' ' : input[i];
            }
        });
}
