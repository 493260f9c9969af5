using Azure.Identity;
using Goim.Client;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

// The page names the types, for its readers.
#pragma warning disable IDE0007

namespace Goim.Functions.Tests.Integration.Documentation;

/// <summary>The code of docs/clients.md, which runs here.</summary>
internal static class ClientsPageExamples
{
    public static async Task PushAsync(GoimClient goim)
    {
        await goim.PushAsync(42, "to every device of user 42");
        await goim.PushAsync([42, 43], JsonMessage.Parse("""{"test":1}"""));
        await goim.PushToConnectionAsync("42_1", "to one device");
        await goim.PushToRoomAsync(7, "to a room", new PushOptions { Except = ["42_1"], TimeToLive = TimeSpan.FromMinutes(1) });
        await goim.PushToRoomsAsync([7, 8], JsonMessage.Parse("\"to two rooms\""));
        await goim.PushToAllAsync("to everyone");
    }

    public static async Task PrintOutcomeAsync(GoimClient goim, TextWriter Console)
    {
        try
        {
            var push = await goim.PushAsync(42, "paid", new PushOptions { Detail = true, IdempotencyKey = "order-7-paid" });
            Console.WriteLine($"{push.Outcome}: {push.Recipients!.Sessions} sessions, {push.Acks.Count} records");
        }
        catch (GoimException notDone)
        {
            Console.WriteLine($"{notDone.Result!.Outcome}: {notDone.Message}");
        }
    }

    public static async Task PushManyAsync(GoimClient goim, IAsyncEnumerable<(long Buyer, int Number)> orders, TextWriter Console)
    {
        await foreach (var (push, result) in goim.PushBatchAsync(orders.Select(order =>
            new BatchPush(PushTarget.User(order.Buyer), JsonMessage.Parse($$"""{"order":{{order.Number}}}""")))))
        {
            if (!result.IsDone)
            {
                Console.WriteLine($"{push.Target}: {result.Outcome}, {result.Error}");
            }
        }
    }

    public static async Task<(Recipients Reached, long InRoom, TotalCount Total, long Kicked)> WhoIsThereAsync(
        GoimClient goim, TextWriter Console)
    {
        Recipients reached = await goim.DryRunAsync(PushTarget.Users([42, 43]));
        long inRoom = await goim.CountAsync(room: 7);
        TotalCount total = await goim.CountAsync();
        await foreach (var user in goim.RoomUsersAsync(room: 7))
        {
            Console.WriteLine($"{user.UserId}: {string.Join(", ", user.Connections.Select(connection => connection.Key))}");
        }

        long kicked = await goim.KickAsync(42, "signed in elsewhere");
        return (reached, inRoom, total, kicked);
    }

    public static void AddIdentity(IServiceCollection services)
    {
        services.AddGoimClient(options =>
        {
            options.BaseAddress = new Uri("https://my-app.azurewebsites.net");
            options.Credential = new DefaultAzureCredential();
            options.TokenScope = "api://goim/.default";
        });
    }

    public static void AddTelemetry(IServiceCollection services)
    {
        services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddSource("Goim.Client"))
            .WithMetrics(metrics => metrics.AddMeter("Goim.Client"));
    }
}
