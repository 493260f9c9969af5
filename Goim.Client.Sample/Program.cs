using Goim.Client;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddGoimClient(options =>
{
    options.BaseAddress = new Uri(builder.Configuration["Goim:Address"] ?? "http://localhost:7071");
    options.CallerKey = builder.Configuration["Goim:Key"];

    // Without a key it is LocalHost, which has no storage for idempotency keys.
    options.UseIdempotencyKeys = options.CallerKey is not null;
});
var app = builder.Build();

// An order is on its way: every device of its buyer is told.
app.MapPost("/orders/{order}/sent", async (long order, long buyer, GoimClient goim, CancellationToken stop) =>
{
    try
    {
        var push = await goim.PushAsync(buyer, $"Order {order} is on its way.", new PushOptions { Detail = true }, stop);
        return Results.Text($"Devices told: {push.Recipients?.Sessions}\n");
    }
    catch (GoimException notDone)
    {
        // Nothing, a part, or not known: it says whether the buyer may have been told.
        return Results.Text($"{notDone.Result?.Outcome}: {notDone.Message}\n", statusCode: 502);
    }
});

app.Run();
