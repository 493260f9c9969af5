using Goim.Kafka;
using Goim.LocalHost.Pages;
using Goim.LocalHost.Settings;
using Goim.LocalHost.Worker;
using Goim.Logic.Access;
using Goim.Logic.Idempotency;
using Goim.Logic.Journal;
using Goim.Logic.Routing;
using Goim.Logic.Tokens;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost;

/// <summary>Prints the routes, the broker, the router nodes, and a command to try.</summary>
internal static class Banner
{
    public static void Print(WebApplication app, IReadOnlyList<LocalFunction> functions, bool requireKeys)
    {
        var url = app.Urls.First();
        var kafka = app.Services.GetRequiredService<IOptions<KafkaOptions>>().Value;
        var nodes = app.Services.GetRequiredService<IOptions<RouterOptions>>().Value.Nodes;
        var embedded = app.Services.GetRequiredService<EmbeddedComponents>();
        var access = app.Services.GetRequiredService<IOptions<AccessOptions>>().Value;

        Console.WriteLine("Functions:");
        foreach (var function in functions)
        {
            var needsKey = requireKeys && Endpoints.LevelOf(function, access) != AuthorizationLevel.Anonymous;
            Console.WriteLine($"  {function.Name,-21} {url}/{function.Route}{(needsKey ? "  (key)" : "")}");
        }

        Console.WriteLine($"  {"records",-21} {url}/local/records");
        Console.WriteLine($"  {"settings",-21} {url}/local/settings");
        Console.WriteLine($"  {"comet",-21} {url}/local/comet");
        var broker = embedded.Broker is null ? kafka.Brokers : $"{kafka.Brokers} (embedded, in memory)";
        Console.WriteLine($"Broker:  {broker}, topics {kafka.Topic} and {kafka.EventsTopic}");
        foreach (var (name, address) in nodes)
        {
            Console.WriteLine($"Router:  {name} at {address}{(embedded.Router is null ? "" : " (embedded, in memory)")}");
        }

        if (access.Callers.Count > 0)
        {
            Console.WriteLine($"Callers: {CallersOf(access)}");
        }

        Console.WriteLine(app.Services.GetRequiredService<RouterJournal>().IsOn
            ? $"Storage: journal in queue {RouterJournal.Queue}, idempotency keys in container {IdempotencyKeys.ContainerName}"
            : "Storage: off, AzureWebJobsStorage is not set. Without it, a request fails if it has an Idempotency-Key, "
                + "or if it deletes sessions and a router node does not confirm the deletion");
        var authenticator = app.Services.GetRequiredService<ITokenAuthenticator>();
        Console.WriteLine(authenticator switch
        {
            UserIdAuthenticator => "Tokens:  UserId, a token is any user id (Connect__Tokens)",
            JwtAuthenticator => "Tokens:  Jwt, a token is signed (Connect__Tokens). docs/tokens.md makes one",
            var own => $"Tokens:  those of {own.GetType().Name}",
        });
        var (token, inJson) = authenticator is UserIdAuthenticator ? ("42", "42") : ("\"$token\"", "'$token'");
        var curl = Curl(access, requireKeys);
        if (app.Services.GetService<EmbeddedComet>() is { } comet)
        {
            var tcp = comet.TcpAddress is { } address ? $" and {address}" : "";
            Console.WriteLine($"Comet:   {comet.WebSocketAddress}{tcp} (embedded)");
            Console.WriteLine($"Try:     dotnet run --project Goim.Comet.Client.Sample -- {comet.WebSocketAddress} {token}");
            Console.WriteLine($"         {curl} -d '{{\"test\":1}}' '{url}/1/push?uid=42'");
        }
        else
        {
            Console.WriteLine("Comet:   none, Comet__Embedded is false");
            Console.WriteLine(
                $"Try:     {curl} -d '{{\"token\":\"{inJson}\",\"server\":3}}' '{url}/1/connect' "
                + $"&& {curl} -d '{{\"test\":1}}' '{url}/1/push?uid=42'");
        }

        Console.WriteLine($"Console: {url}/");
        Console.WriteLine($"Docs:    {url}{ApiReference.Page}");
        Console.WriteLine("Press Ctrl+C to stop.");
    }

    private static string CallersOf(AccessOptions access)
    {
        var names = access.Callers.Keys.Where(static name => name != LocalHostOptions.CometName).Order(StringComparer.Ordinal);
        return string.Join(", ", names) + access.KeepFunctionKeys switch
        {
            FunctionKeyUse.Either => "; a function key of LocalHost__Keys opens every route too",
            FunctionKeyUse.None => "; function keys open nothing",
            _ => "; each with a function key too, if LocalHost__RequireKeys is true",
        };
    }

    private static string Curl(AccessOptions access, bool requireKeys)
    {
        var callers = access.Callers.Where(static caller => caller.Key != LocalHostOptions.CometName).ToArray();
        var caller = callers.Length == 0 ? ""
            : Array.Exists(callers, static caller => caller.Value.Key is not null) ? " -H 'x-goim-key: …'"
            : " -H 'Authorization: Bearer …'";
        return $"curl{(requireKeys && !access.IsWithoutFunctionKeys ? " -H 'x-functions-key: …'" : "")}{caller}";
    }
}
