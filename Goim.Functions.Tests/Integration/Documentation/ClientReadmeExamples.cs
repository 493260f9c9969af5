using System.Net.Http.Json;
using Goim.Client;
using Goim.Comet.Client;
using Microsoft.AspNetCore.Builder;

// The README has the shortest form.
#pragma warning disable IDE0011

namespace Goim.Functions.Tests.Integration.Documentation;

/// <summary>The code of the client libraries' READMEs, which the compiler reads here.</summary>
internal static class ClientReadmeExamples
{
    public static async Task ReceiveAsync(CancellationToken stop)
    {
        await using var connection = await GoimConnection.ConnectAsync(new Uri("ws://localhost:7071/sub"), "42", stop);
        await foreach (var message in connection.ReadAllAsync(stop))
            Console.WriteLine(message);
    }

    public static async Task WatchAsync(HttpClient http, CancellationToken stop)
    {
        await using var connection = new GoimConnection(new GoimConnectionOptions(new Uri("wss://comet.example/sub"), GetTokenAsync));
        connection.StateChanged += (_, change) => Console.Error.WriteLine($"{change.State} {change.Reason} {change.RetryAfter}");
        await connection.ConnectAsync(stop);
        var room = await connection.ChangeRoomAsync(7, stop);
        Console.WriteLine(room);

        async ValueTask<GoimToken> GetTokenAsync(CancellationToken cancellationToken)
        {
            var answer = await http.GetFromJsonAsync<TokenAnswer>("https://login.example/token", cancellationToken);
            return new GoimToken(answer!.AccessToken, TimeSpan.FromSeconds(answer.ExpiresIn));
        }
    }

    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddGoimClient(options =>
        {
            options.BaseAddress = new Uri("https://my-app.azurewebsites.net");
            options.CallerKey = builder.Configuration["Goim:Key"];
        });
    }

    public static async Task PushAsync(GoimClient goim)
    {
        await goim.PushAsync(42, "to every device of user 42");
        await goim.PushAsync([42, 43], JsonMessage.Parse("""{"test":1}"""));
        await goim.PushToRoomAsync(7, "to a room");
        await goim.PushToAllAsync("to everyone");
    }

    public static string Sign(string key)
    {
        var token = GoimTokens.For(42, room: 7, TimeSpan.FromMinutes(10), key);
        return token;
    }

    private sealed record TokenAnswer(string AccessToken, int ExpiresIn);
}
