using System.Globalization;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;
using Goim.Logic.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Faults.Comet;

/// <summary>Many pushes of all kinds to many clients.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class EveryPushTests
{
    private const int Senders = 20, PushesOfEach = 1_000, Clients = 500;

    // Records without a key have an order only on one partition.
    [Fact]
    public async Task Every_client_gets_exactly_its_messages_in_the_order_of_each_sender()
    {
        using var broker = new EmbeddedBroker();
        await using var host = await CometHost.StartAsync(
            new TestBroker(broker.Brokers, topic => Task.FromResult(MockCluster.CreateTopic(broker.Cluster, topic, 1, 1))),
            ["1", "2"],
            static builder => builder.Services.AddSingleton<ITokenAuthenticator, ModuloRooms>(),
            "--Comet:QueueMessages=1000000",
            "--Comet:QueueBytes=1000000000");
        using var crowd = await CometCrowd.ConnectAsync(host, 1, Clients);
        var plan = new PushPlan(Senders, PushesOfEach, Clients);

        var receiving = crowd.Clients.Select((client, i) => Task.Run(() => ReceiveAsync(client, plan.For(i + 1))));
        var sending = Enumerable.Range(0, Senders).Select(async sender =>
        {
            foreach (var push in plan.Of(sender))
            {
                await host.PushAsync(push.Route, push.Body);
            }
        });

        await Task.WhenAll([.. receiving, .. sending]);
        await crowd.ForEachAsync(static client => client.AnswersHeartbeatAsync());
    }

    private static async Task ReceiveAsync(CometClient client, Queue<string>[] expected)
    {
        for (var left = expected.Sum(static messages => messages.Count); left > 0; left--)
        {
            var message = (await client.ReceiveAsync())?.Text;
            Assert.NotNull(message);
            var sender = int.Parse(message.TrimStart('"').Split(':')[0], CultureInfo.InvariantCulture);
            Assert.True(
                expected[sender].TryDequeue(out var next) && next == message,
                $"sender {sender}: instead of '{next}' came '{message}'");
        }
    }
}
