using Goim.Router;
using Goim.Router.Telemetry;
using Goim.Settings;
using Goim.Telemetry;
using Microsoft.Extensions.Options;

try
{
    // Disposed of at the end, so that the last metrics are exported.
    await using var node = RouterNode.Build(args, static builder =>
        builder.Services.AddTelemetryExport(builder.Configuration, RouterTelemetry.Service, RouterTelemetry.MeterName));
    node.Services.GetRequiredService<IStartupValidator>().Validate();
    await ListenUrls.ListenAsync(node.Configuration, () => node.StartAsync());
    var store = node.Services.GetRequiredService<ISessions>().Store;
    Console.WriteLine($"Router node on {string.Join(", ", node.Urls)} (gRPC, sessions in {store}). Ctrl+C stops it.");
    await node.WaitForShutdownAsync();
    return 0;
}
catch (Exception failure) when (StartFailure.Sentence(failure) is { } sentence)
{
    await Console.Error.WriteLineAsync(sentence);
    return 1;
}
