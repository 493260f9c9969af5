using System.Collections.Immutable;
using System.Text.Json;
using Goim.Functions.Push;
using Goim.Functions.Startup;
using Goim.Kafka;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Unit.Functions;

/// <summary>The metadata that Microsoft's generator compiled into the functions, as the start changes it.</summary>
public sealed class KafkaBindingsFromSettingsTests
{
    [Fact]
    public async Task Each_Kafka_binding_gets_the_settings_and_no_other_binding_changes()
    {
        var (before, functions) = (await MetadataAsync(), await MetadataAsync());
        var settings = new KafkaOptions { Topic = "pushes", EventsTopic = "events", Protocol = KafkaProtocol.Ssl, MaxRecordBytes = 2_000 };

        new KafkaBindingsFromSettings(Options.Create(settings)).Transform([.. functions]);

        var kafka = 0;
        foreach (var (old, now) in before.Zip(functions).SelectMany(pair => pair.First.RawBindings!.Zip(pair.Second.RawBindings!)))
        {
            var binding = JsonElement.Parse(now);
            if (binding.GetProperty("type").GetString() != "kafka")
            {
                Assert.Equal(old, now);
                continue;
            }

            kafka++;
            var topic = old.Contains("%KafkaTopic%", StringComparison.Ordinal) ? "pushes" : "events";
            Assert.Equal(topic, binding.GetProperty("topic").GetString());
            Assert.Equal(("Ssl", 2_100), (binding.GetProperty("protocol").GetString(), binding.GetProperty("maxMessageBytes").GetInt32()));
        }

        Assert.Equal(12, kafka);
    }

    [Fact]
    public void A_function_without_bindings_stays_as_it_is()
    {
        var function = new DefaultFunctionMetadata { Name = "None" };

        new KafkaBindingsFromSettings(Options.Create(new KafkaOptions())).Transform([function]);

        Assert.Null(function.RawBindings);
    }

    private static async Task<ImmutableArray<IFunctionMetadata>> MetadataAsync()
    {
        var provider = typeof(PushOutput).Assembly.GetTypes().Single(type => type.IsAssignableTo(typeof(IFunctionMetadataProvider)));
        return await ((IFunctionMetadataProvider)Activator.CreateInstance(provider)!).GetFunctionMetadataAsync(AppContext.BaseDirectory);
    }
}
