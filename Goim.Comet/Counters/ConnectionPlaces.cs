using Goim.Comet.Settings;
using Microsoft.Extensions.Options;

namespace Goim.Comet.Counters;

/// <summary>How many connections there may be at once: <c>Comet__MaxConnections</c>, or fewer if the process has not the files.</summary>
internal sealed partial class ConnectionPlaces
{
    private readonly CometCounters counters;

    /// <param name="files">Files that connections may take. Null for no limit.</param>
    /// <param name="options">The maximum of the settings.</param>
    /// <param name="counters">The number of connections.</param>
    /// <param name="logger">Logs that the files allow fewer.</param>
    public ConnectionPlaces(
        FilesForConnections files, IOptions<CometOptions> options, CometCounters counters, ILogger<ConnectionPlaces> logger)
    {
        this.counters = counters;
        Most = options.Value.MaxConnections;
        if (files.Count < Most)
        {
            Most = Math.Max(1, files.Count.Value);

            // Nobody has asked for the default, which is more than most machines have files for.
            var level = options.Value.MaxConnections == CometOptions.DefaultMaxConnections ? LogLevel.Information : LogLevel.Warning;
            FewFiles(logger, level, Most, options.Value.MaxConnections);
        }
    }

    /// <summary>Most connections at once.</summary>
    public int Most { get; }

    /// <summary>Counts a connection. False if it is one too many: it is counted too, until it is closed.</summary>
    public bool TryEnter() => counters.Opened() <= Most;

    [LoggerMessage(
        EventId = 1,
        Message = "The limit of open files (ulimit -n) leaves {Most} connections at once, and Comet__MaxConnections is {MaxConnections}. "
            + "More are told to come back.")]
    private static partial void FewFiles(ILogger logger, LogLevel level, int most, int maxConnections);
}

/// <summary>Files that connections may take.</summary>
/// <param name="Count">Their number. Null for no limit.</param>
internal sealed record FilesForConnections(int? Count);
