using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Goim.Logic.Push;

/// <summary>
/// Setting <c>FUNCTIONS_REQUEST_BODY_SIZE_LIMIT</c> of the Functions host: the largest body, in bytes. The host reads a whole body into
/// memory before a function is called, and refuses a larger one itself.
/// </summary>
public static class HostBodyLimit
{
    public const string Setting = "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT";

    /// <summary>What the deployment, compose and the sample set: a little above <see cref="PushOptions.MaxRequestBytes"/>.</summary>
    public const long Default = 8_600_000;

    /// <summary>Reads the setting.</summary>
    /// <returns>Bytes. Null if it is not set, for the host's own limit of 104,857,600, or is not a number.</returns>
    public static long? Read(IConfiguration settings) =>
        long.TryParse(settings[Setting], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;
}
