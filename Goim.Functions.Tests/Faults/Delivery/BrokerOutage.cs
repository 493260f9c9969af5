using System.Diagnostics;
using System.Text;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Faults.Delivery;

/// <summary>What holds for acknowledged pushes during the outage of a broker, of any kind and cause.</summary>
/// <param name="broker">The broker.</param>
/// <param name="leave">Stops the broker from acknowledging.</param>
/// <param name="comeBack">Brings the broker back with the records that it had.</param>
internal sealed class BrokerOutage(TestBroker broker, Func<Task> leave, Func<Task> comeBack)
{
    /// <summary>For a broker that comes back slowly.</summary>
    private const string LongDelivery = "--KafkaDeliveryTimeout=00:00:45";

    public async Task NothingIsKnownAndNothingComesTwiceAsync()
    {
        await using var host = await TestHost.StartAsync(broker, ["1"], "--KafkaDeliveryTimeout=00:00:01");
        using var watch = host.Watch();
        var pushes = new AcknowledgedPushes(host.Http);
        await pushes.WarmUpAsync();
        var before = pushes.Count("unknown");
        await leave();

        await pushes.SendAsync(100, 100);

        Assert.Equal((1, before + 100), (pushes.Count("all"), pushes.Count("unknown")));
        await comeBack();
        await pushes.WarmUpAsync();
        await pushes.AssertKeptAsync(watch);
    }

    public async Task PushesWaitAsync()
    {
        await using var host = await TestHost.StartAsync(broker, ["1"], LongDelivery);
        using var watch = host.Watch();
        var pushes = new AcknowledgedPushes(host.Http);
        await pushes.SendAsync(500, 50);

        var during = pushes.SendAsync(2_000, 50);
        await Eventually.UntilAsync(() => Task.FromResult(pushes.Count("all") > 800));
        await ForASecondAsync();
        await during;

        Assert.Equal(2_500, pushes.Count("all"));
        await pushes.AssertKeptAsync(watch);
    }

    public async Task ARoomKeepsItsOrderAsync()
    {
        await using var host = await TestHost.StartAsync(broker, ["1"], LongDelivery);
        var sent = 0;
        var sending = Task.Run(async () =>
        {
            for (; sent < 400; sent++)
            {
                Assert.Equal(1, (await host.PostAsync("/1/push/room?rid=7&ack=broker", $"{sent}")).Ret());
            }
        });
        await Eventually.UntilAsync(() => Task.FromResult(Volatile.Read(ref sent) > 50));
        await ForASecondAsync();
        await sending;

        var records = host.Records();
        Assert.Single(records.Select(record => record.Partition).Distinct());
        Assert.All(records, record => Assert.Equal("00000007", record.KeyHex));
        Assert.Equal(
            Enumerable.Range(0, 400).Select(i => $"{i}"),
            records.Select(record => Encoding.ASCII.GetString(KafkaRecord.Read(record.Value)!.Msg)));
    }

    private async Task ForASecondAsync()
    {
        await leave();
        var away = Stopwatch.StartNew();
        await Eventually.UntilAsync(() => Task.FromResult(away.Elapsed > TimeSpan.FromSeconds(1)));
        await comeBack();
    }
}
