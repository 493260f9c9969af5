using Azure.Storage.Queues;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A storage account that only one test uses. Its key is generated for each run.</summary>
internal interface ITestStorage : IAsyncDisposable
{
    string ConnectionString { get; }

    QueueClient Queue(string name) => new(ConnectionString, name);
}

/// <summary>An Azurite of a test's own, which the test may stop.</summary>
internal interface IAzurite : ITestStorage
{
    Task StopAsync();

    /// <summary>Restarts it with the data that it had.</summary>
    Task RestartAsync();
}
