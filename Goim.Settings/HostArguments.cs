namespace Goim.Settings;

/// <summary>Arguments for ASP.NET Core's host builders.</summary>
public static class HostArguments
{
    /// <summary>
    /// The arguments, and before them one that stops the builder from watching appsettings.json. A watch takes one of the user's inotify
    /// instances, 128 on many machines. Where none is free, a process that asks for one does not start.
    /// </summary>
    public static string[] WithoutFileWatches(params string[] args) => ["--hostBuilder:reloadConfigOnChange=false", .. args];
}
