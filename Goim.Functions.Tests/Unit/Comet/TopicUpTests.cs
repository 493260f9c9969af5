using Goim.Comet.Counters;
using Goim.Functions.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Unit.Comet;

/// <summary><c>goim.comet.topic.up</c>.</summary>
public sealed class TopicUpTests
{
    [Fact]
    public void An_answer_of_the_broker_counts_for_15_seconds_so_that_a_reader_that_hangs_is_down()
    {
        var time = new FakeTimeProvider();
        using var services = new ServiceCollection().AddSingleton<TimeProvider>(time).AddCounters().BuildServiceProvider();
        using var collected = new CollectedMetrics(services);
        var metrics = services.GetRequiredService<CometMetrics>();
        Assert.Equal(0, collected["goim.comet.topic.up"]);

        metrics.TopicAsked(isOk: true);
        time.Advance(TimeSpan.FromSeconds(14.9));
        Assert.Equal(1, collected["goim.comet.topic.up"]);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(0, collected["goim.comet.topic.up"]);

        metrics.TopicAsked(isOk: true);
        Assert.Equal(1, collected["goim.comet.topic.up"]);
        metrics.TopicAsked(isOk: false);
        Assert.Equal(0, collected["goim.comet.topic.up"]);
    }
}
