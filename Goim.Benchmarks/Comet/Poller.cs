using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Comet;

/// <summary>
/// Receives for many clients on one thread, with epoll(7). .NET's asynchronous sockets make twice the system calls for a receipt, and the
/// CPU time of this process is missing from the comet's where both share a machine.
/// </summary>
internal sealed partial class Poller : IDisposable
{
    private const int MaxEvents = 256, BufferLength = 64 * 1024, TimeoutMs = 50;
    private const int ControlAdd = 1, EventIn = 1;

    // struct epoll_event, which is packed on x64 only: the events, then 8 bytes of our own, here the file descriptor.
    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int EventLength = IsPacked ? 12 : 16, DataOffset = IsPacked ? 4 : 8;

    private readonly int epoll;
    private readonly ConcurrentDictionary<int, CometClient> clients = new();
    private readonly Thread thread;
    private readonly Action everySecond;
    private volatile bool isStopped;

    /// <param name="everySecond">Called on the thread once a second.</param>
    /// <exception cref="TargetFailure">This is not Linux.</exception>
    public Poller(Action everySecond)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new TargetFailure("the commands of comet need Linux, for epoll.");
        }

        this.everySecond = everySecond;
        epoll = Create(0);
        thread = new Thread(Run) { IsBackground = true, Name = "clients" };
        thread.Start();
    }

    /// <summary>Receives for a client until its socket is closed.</summary>
    public void Add(CometClient client, int descriptor)
    {
        clients[descriptor] = client;
        var change = new byte[EventLength];
        MemoryMarshal.Write(change, EventIn);
        MemoryMarshal.Write(change.AsSpan(DataOffset), descriptor);
        if (Control(epoll, ControlAdd, descriptor, change) != 0)
        {
            throw new IOException($"epoll_ctl failed with error {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <summary>Ends the thread. Clients can then be disposed of.</summary>
    public void Dispose()
    {
        isStopped = true;
        thread.Join();
        _ = Close(epoll);
    }

    private void Run()
    {
        var events = new byte[MaxEvents * EventLength];
        var buffer = new byte[BufferLength];
        var second = Stopwatch.StartNew();
        while (!isStopped)
        {
            var count = Wait(epoll, events, MaxEvents, TimeoutMs);
            for (var i = 0; i < count; i++)
            {
                clients[MemoryMarshal.Read<int>(events.AsSpan(i * EventLength + DataOffset))].Receive(buffer);
            }

            if (second.Elapsed >= TimeSpan.FromSeconds(1))
            {
                second.Restart();
                everySecond();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int descriptor, ReadOnlySpan<byte> change);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    private static partial int Wait(int epoll, Span<byte> events, int maxEvents, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
