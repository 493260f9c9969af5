using Goim.Comet;
using Goim.Settings;
using Microsoft.Extensions.Options;

try
{
    var comet = CometApp.Build(args);
    comet.Services.GetRequiredService<IStartupValidator>().Validate();
    await ListenUrls.ListenAsync(comet.Configuration, () => comet.StartAsync());
    Console.WriteLine(CometApp.Banner(comet));
    await comet.WaitForShutdownAsync();
    return 0;
}
catch (Exception failure) when (StartFailure.Sentence(failure) is { } sentence)
{
    await Console.Error.WriteLineAsync(sentence);
    return 1;
}
