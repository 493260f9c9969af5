using Goim.Functions.Tests.Faults;
using Goim.Functions.Tests.Faults.Delivery;


namespace Goim.Functions.Tests.Docker;

/// <summary>The answers to acknowledged pushes while Apache Kafka hangs or restarts, compared with the topic afterwards.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Docker")]
public sealed class KafkaDeliveryTests(KafkaFixture fixture) : IClassFixture<KafkaFixture>
{
    [DockerFact]
    public Task With_a_broker_that_hangs_nothing_is_known_and_nothing_comes_twice() => Hanging().NothingIsKnownAndNothingComesTwiceAsync();

    [DockerFact]
    public Task Pushes_wait_for_a_broker_that_hangs() => Hanging().PushesWaitAsync();

    [DockerFact]
    public Task Pushes_wait_for_a_broker_that_restarts() => Restarting().PushesWaitAsync();

    [DockerFact]
    public Task A_room_keeps_its_order_while_the_broker_hangs() => Hanging().ARoomKeepsItsOrderAsync();

    [DockerFact]
    public Task A_room_keeps_its_order_while_the_broker_restarts() => Restarting().ARoomKeepsItsOrderAsync();

    private BrokerOutage Hanging() => new(fixture.Kafka.Broker, fixture.Kafka.FreezeAsync, fixture.Kafka.ThawAsync);

    private BrokerOutage Restarting() => new(fixture.Kafka.Broker, fixture.Kafka.StopAsync, fixture.Kafka.RestartAsync);
}
