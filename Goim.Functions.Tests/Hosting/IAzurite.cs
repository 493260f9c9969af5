using Azure.Storage.Queues;

namespace Goim.Functions.Tests.Hosting;

/// <summary>An Azurite of a test's own, with an account whose key is made for the run.</summary>
internal interface IAzurite : IAsyncDisposable
{
    string ConnectionString { get; }

    QueueClient Queue(string name) => new(ConnectionString, name);

    Task StopAsync();

    /// <summary>Starts it again over what it held.</summary>
    Task RestartAsync();
}
