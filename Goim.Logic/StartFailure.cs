using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Goim.Logic;

/// <summary>Why a process does not start.</summary>
internal static partial class StartFailure
{
    /// <summary>
    /// What its reader needs to know of a setting that is refused, or an address that cannot be listened on: a sentence that names it,
    /// one for each of several. Null for any other failure.
    /// </summary>
    public static string? Sentence(Exception failure) => failure switch
    {
        AggregateException several when several.InnerExceptions.All(IsTheSettings) => string.Join("; ", several.InnerExceptions.Select(Sentence).Distinct()),
        InvalidOperationException or FormatException when Unconvertible().Match(failure.Message) is { Success: true } wrong =>
            $"{wrong.Groups["name"].Value.Replace(":", "__", StringComparison.Ordinal)} is '{wrong.Groups["value"].Value}': expected {Expected(wrong.Groups["type"].Value)}.",
        _ when IsTheSettings(failure) => failure.Message,
        _ => null,
    };

    private static string Expected(string type) => AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType(type)).FirstOrDefault(found => found is not null) switch
    {
        { IsEnum: true } names => string.Join(", ", Enum.GetNames(names)),
        { } time when time == typeof(TimeSpan) => "a time such as 00:00:30",
        { } truth when truth == typeof(bool) => "true or false",
        _ => "a whole number",
    };

    // What the configuration's binder says.
    [GeneratedRegex("^Failed to convert configuration value '(?<value>.*)' at '(?<name>.*)' to type '(?<type>.*)'", RegexOptions.Singleline)]
    private static partial Regex Unconvertible();

    private static bool IsTheSettings(Exception failure) =>
        failure is OptionsValidationException or InvalidOperationException or FormatException or ArgumentException or IOException or SocketException;
}
