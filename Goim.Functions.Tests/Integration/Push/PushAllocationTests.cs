using System.Diagnostics;
using System.Reflection;
using Goim.Functions.Push;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Worker;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Push;

/// <summary>What a push allocates in a host.</summary>
public sealed class PushAllocationTests
{
    private static bool IsOptimised =>
        typeof(PushAllFunction).Assembly.GetCustomAttribute<DebuggableAttribute>() is not { IsJITOptimizerDisabled: true };

    // The answer, the record as text and the parsed request, without the shares of Kestrel and librdkafka. .ci/run runs an optimised
    // build. An unoptimised one makes classes of async state machines.
    [Fact]
    public async Task A_push_to_all_takes_no_more_than_1_512_bytes_of_ours()
    {
        await using var host = await TestHost.StartAsync();
        var push = ActivatorUtilities.CreateInstance<PushAllFunction>(host.App.Services);
        var function = host.App.Functions.Single(function => function.Name == "PushAll");
        var body = new MemoryStream(new byte[100]);
        var http = new DefaultHttpContext
        {
            RequestServices = host.App.Services,
            Request =
            {
                Method = "POST",
                Path = "/1/push/all",
                Scheme = "http",
                Host = new HostString("localhost", 7071),
                ContentLength = 100,
                Body = body
            }
        };

        var bound = IsOptimised ? 1_512 : 3_432;
        var least = long.MaxValue;

        // While another test of this process listens to activities, a push makes one.
        for (var start = Stopwatch.GetTimestamp(); least > bound && Stopwatch.GetElapsedTime(start) < Eventually.Limit; await Task.Yield())
        {
            least = Math.Min(least, AllocatedBy(() =>
            {
                body.Position = 0;
                var pushed = push.RunAsync(new LocalRequest(http, new LocalContext(http, function)), CancellationToken.None);
                Assert.True(pushed.IsCompletedSuccessfully && pushed.Result.Records!.Length == 1);
            }));
        }

        Assert.InRange(least, 1, bound);
    }

    // The first runs compile code, fill pools and write lines of the trail, 10 a second. The minimum is the allocation of this code alone.
    private static long AllocatedBy(Action action) => Enumerable.Range(0, 30).Select(_ =>
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }).Min();
}
