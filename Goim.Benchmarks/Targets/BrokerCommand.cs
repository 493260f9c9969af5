using System.CommandLine;
using Goim.LocalHost.Broker;

namespace Goim.Benchmarks.Targets;

/// <summary><c>broker</c>: runs the embedded broker in a separate process, so that its CPU time is not the app's.</summary>
internal static class BrokerCommand
{
    public static Command Create()
    {
        var topics = new Argument<string[]>("topics") { Description = "Topics to create." };
        var command = new Command("broker", "Runs the embedded Kafka broker and prints its address. It runs until its standard input ends.")
        {
            topics,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var broker = new EmbeddedBroker(parsed.GetValue(topics)!);
            Console.WriteLine(broker.Brokers);
            await Console.In.ReadToEndAsync(cancellationToken);
        });
        return command;
    }
}
