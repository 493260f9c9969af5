using Goim.LocalHost;
using Goim.Settings;

try
{
    await using var host = await LocalHostApp.StartAsync(args);
    host.PrintBanner();
    await host.WaitForShutdownAsync();
    return 0;
}
catch (OperationCanceledException)
{
    return 0; // Ctrl+C while it starts.
}
catch (Exception failure) when (StartFailure.Sentence(failure) is { } sentence)
{
    await Console.Error.WriteLineAsync(sentence);
    return 1;
}
