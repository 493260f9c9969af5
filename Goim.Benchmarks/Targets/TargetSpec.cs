using System.Globalization;

namespace Goim.Benchmarks.Targets;

/// <summary>What a target is.</summary>
internal enum TargetKind
{
    /// <summary>This build.</summary>
    This,

    /// <summary>Another build of this project, in a folder.</summary>
    Folder,

    /// <summary>The command <c>echo</c>: a bare Kestrel.</summary>
    Echo,

    /// <summary>A published worker under a stand-in for the Functions host.</summary>
    Worker,

    /// <summary>A running app.</summary>
    Url,
}

/// <summary>
/// A target as the command line has it: <c>[name=]this|echo[:BYTES]|dir:FOLDER|worker:FOLDER|url:URL[,NAME=VALUE…]</c>.
/// </summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Location">The folder, the URL, or the bytes of an echo's answer. Empty for the other kinds.</param>
/// <param name="Assignments">Environment variables of the started processes. For a URL: process ids by process name.</param>
internal sealed record TargetSpec(
    string Name, TargetKind Kind, string Location, IReadOnlyList<KeyValuePair<string, string>> Assignments)
{
    /// <summary>Help text. Its first line is the syntax.</summary>
    public const string Syntax =
        """
        [name=]this|echo[:BYTES]|dir:FOLDER|worker:FOLDER|url:URL[,NAME=VALUE...]
          this         this build: starts a broker, router nodes and the local host, and puts the sessions
          dir:FOLDER   the same with another build: the folder of its Goim.LocalHost.dll
          worker:FOLDER  the function app's worker of a published build (`dotnet publish -c Release Goim.Functions -o FOLDER`),
                       under a stand-in for the Functions host (functions-host), which drops records for the output bindings
          echo[:BYTES] a bare Kestrel with the local host's runtime settings; reads a request and answers {"ret":1}, or as many bytes
          url:URL      a running app: this project, or another with goim's API. Its users must already have sessions
        NAME=VALUE is an environment variable of the started processes; a value cannot contain a comma. Variables of this
        process are passed on to them; an empty value removes one. With url: it is
        the name and id of a process to watch, the app's own process first. A process named broker is not added to the
        target's CPU time, nor is the stand-in.
        """;

    public static TargetSpec Parse(string text)
    {
        var parts = text.Split(',');
        var assignments = parts[1..].Select(Assignment).ToArray();
        var (name, kind) = parts[0].IndexOf('=') is var equals and > 0
            ? (parts[0][..equals], parts[0][(equals + 1)..])
            : (null, parts[0]);
        return kind switch
        {
            "this" => new(name ?? "this", TargetKind.This, "", assignments),
            "echo" => new(name ?? "echo", TargetKind.Echo, "", assignments),
            _ when kind.StartsWith("echo:", StringComparison.Ordinal) =>
                new(name ?? "echo", TargetKind.Echo, EchoCommand.IsSize(kind[5..]) ? kind[5..] : throw Invalid(text), assignments),
            _ when kind.StartsWith("dir:", StringComparison.Ordinal) => Folder(TargetKind.Folder, kind[4..], name, assignments),
            _ when kind.StartsWith("worker:", StringComparison.Ordinal) => Folder(TargetKind.Worker, kind[7..], name, assignments),
            _ when kind.StartsWith("url:", StringComparison.Ordinal) => Url(kind[4..], name, assignments),
            _ => throw Invalid(text),
        };

        KeyValuePair<string, string> Assignment(string part) =>
            part.Split('=', 2) is [var variable, var value] ? KeyValuePair.Create(variable, value) : throw Invalid(text);
    }

    /// <summary>The target for a running app.</summary>
    /// <exception cref="TargetFailure">The URL or a process id is invalid.</exception>
    public static TargetSpec Url(string url, string? name, IReadOnlyList<KeyValuePair<string, string>> pids)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new TargetFailure($"the URL is '{url}': expected one such as http://127.0.0.1:7071.");
        }

        var invalid = pids.FirstOrDefault(pid => !int.TryParse(pid.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        return invalid.Key is not null
            ? throw new TargetFailure($"{invalid.Key} is '{invalid.Value}': expected a process id.")
            : new(name ?? uri.Authority, TargetKind.Url, url, pids);
    }

    private static TargetSpec Folder(
        TargetKind kind, string folder, string? name, IReadOnlyList<KeyValuePair<string, string>> environment) =>
        new(name ?? Path.GetFileName(Path.GetFullPath(folder)), kind, Path.GetFullPath(folder), environment);

    private static TargetFailure Invalid(string text) => new($"a target is '{text}': expected {Syntax.Split('\n')[0]}.");
}
