using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Goim.Router;

/// <summary>Why a process does not start.</summary>
public static class StartFailure
{
    /// <summary>
    /// What its reader needs to know of a setting that is refused, or an address that cannot be listened on: a sentence that names it,
    /// one for each of several. Null for any other failure.
    /// </summary>
    public static string? Sentence(Exception failure) => failure switch
    {
        AggregateException several when several.InnerExceptions.All(IsTheSettings) => string.Join("; ", several.InnerExceptions.Select(one => one.Message).Distinct()),
        _ when IsTheSettings(failure) => failure.Message,
        _ => null,
    };

    private static bool IsTheSettings(Exception failure) =>
        failure is OptionsValidationException or InvalidOperationException or FormatException or ArgumentException or IOException or SocketException;
}
