using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Goim.Settings;

/// <summary>Tells a start that failed for a known reason from a defect.</summary>
public static class StartFailure
{
    /// <summary>Libraries that read settings of their own: endpoints and certificates, log levels, and appsettings.json.</summary>
    private static readonly string[] SettingsReaders =
    [
        "Microsoft.AspNetCore.Server.Kestrel.Core",
        "Microsoft.Extensions.Logging.Configuration",
        "Microsoft.Extensions.Configuration.FileExtensions",
    ];

    /// <summary>
    /// What to print when a process cannot start because of its settings or of an address that it cannot listen on: a sentence for each
    /// cause. Null for any other exception.
    /// </summary>
    public static string? Sentence(Exception failure) => failure switch
    {
        AggregateException several when several.InnerExceptions.All(each => Sentence(each) is not null) =>
            string.Join("; ", several.InnerExceptions.Select(Sentence).Distinct()),
        OptionsValidationException or StartException => failure.Message,

        // The address is in use, not one of this machine's, or needs more rights. Kestrel wraps the first of these in an IOException.
        SocketException or IOException when failure.GetBaseException() is SocketException => failure.Message,

        // appsettings.json. The message names the file.
        InvalidDataException { InnerException: FormatException wrong } =>
            $"{failure.Message.TrimEnd('.')}: {(wrong.InnerException is JsonException json ? json.Place() : "expected a JSON object")}.",

        // Kestrel's text may go on in further lines.
        _ when IsThrownBySettingsReader(failure) => failure.Message.Split('\n')[0].TrimEnd(),
        _ => null,
    };

    private static bool IsThrownBySettingsReader(Exception failure) => new StackTrace(failure).GetFrames()
        .Any(static frame => SettingsReaders.Contains(frame.GetMethod()?.DeclaringType?.Assembly.GetName().Name));
}
