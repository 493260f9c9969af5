using Goim.LocalHost.Worker;
using Goim.Kafka;
using Goim.Logic.Idempotency;
using Goim.Logic.Journal;
using Goim.Logic.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost;

/// <summary>What the start prints: routes, broker, router, and a call that works.</summary>
internal static class Banner
{
    public static void Print(WebApplication app, IReadOnlyList<LocalFunction> functions, bool keys)
    {
        var url = app.Urls.First();
        var kafka = app.Services.GetRequiredService<IOptions<KafkaOptions>>().Value;
        var nodes = app.Services.GetRequiredService<IOptions<RouterOptions>>().Value.Nodes;
        var embedded = app.Services.GetRequiredService<Embedded>();

        Console.WriteLine("Functions:");
        foreach (var function in functions.Where(function => function.Http is not null))
        {
            Console.WriteLine($"  {function.Name,-21} {url}/{function.Route}{(keys && function.Http!.AuthLevel != AuthorizationLevel.Anonymous ? "  (key)" : "")}");
        }

        Console.WriteLine($"  {"records",-21} {url}/local/records");
        Console.WriteLine($"  {"settings",-21} {url}/local/settings");
        Console.WriteLine($"Broker:  {kafka.Brokers}{(embedded.Broker is null ? "" : " (embedded, in memory)")}, topics {kafka.Topic} and {kafka.EventsTopic}");
        foreach (var (name, address) in nodes)
        {
            Console.WriteLine($"Router:  {name} at {address}{(embedded.Router is null ? "" : " (embedded, in memory)")}");
        }

        Console.WriteLine(app.Services.GetRequiredService<RouterJournal>().IsOn
            ? $"Storage: journal in queue {RouterJournal.Queue}, idempotency keys in container {IdempotencyKeys.ContainerName}"
            : "Storage: off, AzureWebJobsStorage is not set: a deletion that a router node does not confirm is refused, and so is an Idempotency-Key");
        var key = keys ? " -H 'x-functions-key: …'" : "";
        Console.WriteLine($"Try:     curl{key} -d '{{\"token\":\"42\",\"server\":3}}' '{url}/1/connect' && curl{key} -d '{{\"test\":1}}' '{url}/1/push?uid=42'");
        Console.WriteLine("Ctrl+C stops it.");
    }
}
