using System.Globalization;

namespace Goim.Benchmarks.Targets;

internal enum TargetKind
{
    /// <summary>This build.</summary>
    This,

    /// <summary>Another build of this project.</summary>
    Folder,

    /// <summary>A bare Kestrel.</summary>
    Echo,

    /// <summary>Whatever answers there.</summary>
    Url,
}

/// <summary>What to measure, as it is written: <c>[name=]this|echo|dir:FOLDER|url:URL[,NAME=VALUE…]</c>.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Where">The folder, or the URL; empty for the others.</param>
/// <param name="Pairs">Settings for the environment of what is started; with a URL, process ids by the names of the processes.</param>
internal sealed record TargetSpec(string Name, TargetKind Kind, string Where, IReadOnlyList<KeyValuePair<string, string>> Pairs)
{
    public const string Syntax =
        """
        [name=]this|echo|dir:FOLDER|url:URL[,NAME=VALUE...]
          this         this build: local host, router nodes and a broker are started, and sessions put
          dir:FOLDER   the same from another build's folder, where its Goim.LocalHost.dll is
          echo         a bare Kestrel with the local host's runtime settings, which reads a request and answers {"ret":1}
          url:URL      what runs already: this project or another one with goim's API. Its users must have sessions
        NAME=VALUE is a setting for the environment of what is started (none with a comma in it). With url: it is the
        name and the id of a process to watch, the app's own first; one called broker counts as none of the target's.
        """;

    public static TargetSpec Parse(string text)
    {
        var parts = text.Split(',');
        var pairs = parts[1..].Select(pair => pair.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair.Length == 2 ? pair[1] : throw Bad(text))).ToArray();
        var (name, what) = parts[0].IndexOf('=') is var at and > 0 ? (parts[0][..at], parts[0][(at + 1)..]) : (null, parts[0]);
        return what switch
        {
            "this" => new(name ?? "this", TargetKind.This, "", pairs),
            "echo" => new(name ?? "echo", TargetKind.Echo, "", pairs),
            _ when what.StartsWith("dir:", StringComparison.Ordinal) => new(name ?? Path.GetFileName(Path.GetFullPath(what[4..])), TargetKind.Folder, what[4..], pairs),
            _ when what.StartsWith("url:", StringComparison.Ordinal) => Url(what[4..], name, pairs),
            _ => throw Bad(text),
        };
    }

    /// <summary>A target that runs already.</summary>
    /// <exception cref="TargetFailure">The URL is none, or a process id no number.</exception>
    public static TargetSpec Url(string url, string? name, IReadOnlyList<KeyValuePair<string, string>> pids) =>
        !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
            ? throw new TargetFailure($"the URL is '{url}': expected one such as http://127.0.0.1:7071.")
            : pids.FirstOrDefault(pid => !int.TryParse(pid.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _)) is { Key: not null } bad
                ? throw new TargetFailure($"{bad.Key} is '{bad.Value}': expected a process id.")
                : new(name ?? uri.Authority, TargetKind.Url, url, pids);

    private static TargetFailure Bad(string text) => new($"a target is '{text}': expected {Syntax.Split('\n')[0]}.");
}
