using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A broker that tests run on.</summary>
/// <param name="Brokers"><c>host:port</c></param>
/// <param name="CreateTopicAsync">Makes a topic with several partitions.</param>
internal sealed record TestBroker(string Brokers, Func<string, Task> CreateTopicAsync)
{
    public static TestBroker On(EmbeddedBroker broker) => new(broker.Brokers, topic =>
    {
        broker.CreateTopic(topic);
        return Task.CompletedTask;
    });
}
