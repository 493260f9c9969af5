using Goim.Comet;
using Goim.Comet.Counters;
using Goim.Settings;
using Goim.Telemetry;
using Microsoft.Extensions.Options;

try
{
    // Disposed of at the end, so that the last metrics are exported.
    await using var comet = CometApp.Build(args, static builder =>
        builder.Services.AddTelemetryExport(builder.Configuration, CometMetrics.Service, CometMetrics.MeterName));
    comet.Services.GetRequiredService<IStartupValidator>().Validate();
    await ListenUrls.ListenAsync(comet.Configuration, () => CometApp.StartAsync(comet));
    Console.WriteLine(CometApp.Banner(comet));
    await comet.WaitForShutdownAsync();
    return 0;
}
catch (Exception failure) when (StartFailure.Sentence(failure) is { } sentence)
{
    await Console.Error.WriteLineAsync(sentence);
    return 1;
}
