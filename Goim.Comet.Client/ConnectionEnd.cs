using System.Text.Json;

namespace Goim.Comet.Client;

/// <summary>Why a connection ended, and whether to connect again.</summary>
/// <param name="Reason">A sentence for the user.</param>
/// <param name="Reconnect">False if the next attempt would end in the same way.</param>
/// <param name="Error">The exception behind it, if there was one.</param>
internal sealed record ConnectionEnd(string Reason, bool Reconnect, Exception? Error = null)
{
    /// <param name="body">Of <see cref="Operation.Disconnected"/>: <c>{"reason":"…","reconnect":true}</c>.</param>
    /// <returns>Not to connect again unless the body says so.</returns>
    public static ConnectionEnd Read(byte[] body)
    {
        var (reason, reconnect) = ("the server gave no reason", false);
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } end)
            {
                reconnect = end.TryGetProperty("reconnect", out var again) && again.ValueKind == JsonValueKind.True;
                reason = end.TryGetProperty("reason", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : reason;
            }
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            // Not the body of a comet. InvalidOperationException: the reason is no Unicode text.
        }

        return new ConnectionEnd($"Disconnected: {Printable(reason)}.", reconnect);
    }

    /// <summary>The connection could not be made, or broke.</summary>
    public static ConnectionEnd Broken(Uri server, Exception failure) =>
        new($"{server.OriginalString}: {Printable(failure.GetBaseException().Message)}.", Reconnect: true, failure);

    /// <summary>A text on one line and without a full stop. Control characters could change a terminal that shows it.</summary>
    public static string Printable(string text) =>
        new string([.. text.Select(static character => char.IsControl(character) ? ' ' : character)]).TrimEnd('.');
}
