using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Stops a process with SIGSTOP: it keeps its connections, and answers nothing.</summary>
internal static partial class FrozenProcess
{
    private const int Stop = 19, Continue = 18;

    // A thread stops only when the kernel next runs it; until then it may still answer.
    public static async Task FreezeAsync(Process process)
    {
        Assert.Equal(0, Kill(process.Id, Stop));
        await Eventually.UntilAsync(() => Directory.GetDirectories($"/proc/{process.Id}/task").All(IsStopped));
    }

    public static void Thaw(Process process) => Assert.Equal(0, Kill(process.Id, Continue));

    // proc(5): the state follows the name, which is in parentheses.
    private static bool IsStopped(string thread)
    {
        try
        {
            var stat = File.ReadAllText($"{thread}/stat");
            return stat[stat.LastIndexOf(')') + 2] == 'T';
        }
        catch (IOException)
        {
            // The thread has ended meanwhile.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
