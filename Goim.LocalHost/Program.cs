using Goim.LocalHost;
using Goim.Logic;

try
{
    await using var host = await LocalHostApp.StartAsync(args);
    host.PrintBanner();
    await host.WaitForShutdownAsync();
    return 0;
}
catch (Exception unusable) when (StartFailure.Sentence(unusable) is { } sentence)
{
    await Console.Error.WriteLineAsync(sentence);
    return 1;
}
