using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Goim.Router;

/// <summary>Why a process does not start.</summary>
public static class StartFailure
{
    /// <summary>
    /// True for a setting that is refused, or an address that cannot be listened on: the message is a sentence that names it, and all
    /// that its reader needs.
    /// </summary>
    public static bool IsTheSettings(Exception failure) =>
        failure is OptionsValidationException or InvalidOperationException or FormatException or ArgumentException or IOException or SocketException;
}
