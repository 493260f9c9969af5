using System.CommandLine;
using Goim.Benchmarks.Load;
using Goim.LocalHost.Broker;

namespace Goim.Benchmarks.Targets;

/// <summary><c>broker</c>: runs the embedded broker in a separate process, so that its CPU time is not the app's.</summary>
internal static class BrokerCommand
{
    public static Command Create()
    {
        var topics = new Argument<string[]>("topics") { Description = "Topics to create." };
        var partitions = LoadOptions.Number("--partitions", EmbeddedBroker.Partitions, "Partitions of each topic.");
        var command = new Command("broker", "Runs the embedded Kafka broker and prints its address. It runs until its standard input ends.")
        {
            topics, partitions,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var broker = new EmbeddedBroker();
            foreach (var topic in parsed.GetValue(topics)!)
            {
                broker.CreateTopic(topic, parsed.GetValue(partitions));
            }

            Console.WriteLine(broker.Brokers);
            await Console.In.ReadToEndAsync(cancellationToken);
        });
        return command;
    }
}
