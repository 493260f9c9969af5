using Goim.Functions.Tests.Integration.Functions;


namespace Goim.Functions.Tests.Docker;

/// <summary>Every case recorded from the genuine goim v1, over Apache Kafka.</summary>
[Trait("Category", "Docker")]
public sealed class KafkaVectorTests(KafkaFixture fixture) : GoimVectorTests, IClassFixture<KafkaFixture>
{
    public static TheoryData<string> Names => [.. Vector.Names];

    [DockerTheory]
    [MemberData(nameof(Names))]
    public Task Does_what_goim_did(string name) => RunAloneAsync(name, fixture.Kafka.Broker);
}
