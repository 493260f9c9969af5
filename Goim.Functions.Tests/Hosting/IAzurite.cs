using Azure.Storage.Queues;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A storage account that a test alone uses, whose key is made for the run.</summary>
internal interface ITestStorage : IAsyncDisposable
{
    string ConnectionString { get; }

    QueueClient Queue(string name) => new(ConnectionString, name);
}

/// <summary>An Azurite of a test's own, which the test may stop.</summary>
internal interface IAzurite : ITestStorage
{
    Task StopAsync();

    /// <summary>Starts it again over what it held.</summary>
    Task RestartAsync();
}
