using Goim.LocalHost;
using Microsoft.Extensions.Options;

try
{
    await using var host = await LocalHostApp.StartAsync(args);
    host.PrintBanner();
    await host.WaitForShutdownAsync();
    return 0;
}
catch (Exception unusable) when (unusable is OptionsValidationException or InvalidOperationException or FormatException or IOException)
{
    // A bad setting, or an address that cannot be listened on: the message is one sentence that names it.
    await Console.Error.WriteLineAsync(unusable.Message);
    return 1;
}
