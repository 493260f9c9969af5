using System.Globalization;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A time of day for a process, by libfaketime, which a test can set while the process runs. Its monotonic clock stays.</summary>
internal sealed class FakedClock : IDisposable
{
    private const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
    private readonly string file = Path.GetTempFileName();

    public FakedClock(TimeSpan ahead) => Set(ahead);

    /// <summary>Why a test is skipped; null if it is not.</summary>
    public static string? Missing => File.Exists(Library) ? null : "libfaketime is not installed (Debian: apt-get install faketime).";

    /// <summary>Sets the process' time of day.</summary>
    /// <param name="ahead">How far it is ahead of the machine's; whole seconds.</param>
    public void Set(TimeSpan ahead) =>
        File.WriteAllText(file, ((long)ahead.TotalSeconds).ToString("+0;-0", CultureInfo.InvariantCulture) + "s\n");

    public void AddTo(IDictionary<string, string?> environment)
    {
        environment["LD_PRELOAD"] = Library;
        environment["FAKETIME_TIMESTAMP_FILE"] = file;
        environment["FAKETIME_NO_CACHE"] = "1";
        environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
    }

    public void Dispose() => File.Delete(file);
}

/// <summary>A test that needs libfaketime and may need Azurite; <c>./test</c> installs both.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FakedClockFactAttribute : FactAttribute
{
    public FakedClockFactAttribute(bool needsAzurite = false) => Skip = FakedClock.Missing ?? (needsAzurite ? Azurite.Missing : null);
}
