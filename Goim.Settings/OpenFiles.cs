using System.Globalization;

namespace Goim.Settings;

/// <summary>
/// The files and connections that this process has open, and how many it may have: <c>RLIMIT_NOFILE</c>, <c>ulimit -n</c>.
/// </summary>
public static class OpenFiles
{
    /// <summary>A process that may have fewer cannot even load its libraries, and would be aborted.</summary>
    private const int Fewest = 400;

    private const string Line = "Max open files";

    /// <summary>Refuses to start with too low a limit.</summary>
    /// <exception cref="StartException">The limit is below 400.</exception>
    public static void Check()
    {
        if (Limit() is { } limit and < Fewest)
        {
            throw new StartException($"The limit of open files (ulimit -n) is {limit}: expected {Fewest} at least.");
        }
    }

    /// <summary>How many the process may have open. Null if there is no limit, or the operating system is not Linux.</summary>
    // .NET raises the soft limit to the hard one when it starts.
    public static int? Limit()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var line = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal));
        var soft = line?[Line.Length..].TrimStart().Split(' ')[0];
        return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }

    /// <summary>How many more the process may open now. Null if there is no limit, or the operating system is not Linux.</summary>
    public static int? Free() => Limit() is { } limit ? limit - Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() : null;
}
