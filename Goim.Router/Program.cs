using Goim.Router;
using Goim.Settings;
using Microsoft.Extensions.Options;

try
{
    var node = RouterNode.Build(args);
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
