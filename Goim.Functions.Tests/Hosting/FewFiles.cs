namespace Goim.Functions.Tests.Hosting;

/// <summary>Starts a command with a limit of open files (<c>ulimit -n</c>).</summary>
internal static class FewFiles
{
    // librdkafka's files in the tests' process are inherited by its children, a hundred and more of them.
    private const string CloseInherited =
        "for file in /proc/self/fd/*; do file=${file##*/}; [ \"$file\" -gt 2 ] && eval \"exec $file>&-\"; done; exec \"$0\" \"$@\"";

    /// <summary>The words that come before the command.</summary>
    public static string[] Before(int limit) => ["bash", "-c", CloseInherited, "prlimit", $"--nofile={limit}"];
}
