namespace Goim.Functions.Tests.Hosting;

/// <summary>The kernel's file watches.</summary>
internal static class Inotify
{
    /// <summary>Number of inotify instances that a process has open.</summary>
    public static int InstancesOf(int process) =>
        new DirectoryInfo($"/proc/{process}/fd").EnumerateFiles().Count(file => file.LinkTarget == "anon_inode:inotify");
}
