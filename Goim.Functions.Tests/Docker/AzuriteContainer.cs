using System.Security.Cryptography;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Docker;

/// <summary>
/// Azurite in a container, as compose.yaml starts it. It keeps its ports over a restart; its account key is generated for each run.
/// </summary>
internal sealed class AzuriteContainer : IAzurite
{
    private const string Account = "goim";
    private const int BlobPort = 10000, QueuePort = 10001;
    private readonly string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly IContainer container;

    private AzuriteContainer()
    {
        var compose = ComposeFile.Read();
        container = new ContainerBuilder(compose.Image("azurite"))
            .WithCommand(compose.Text("azurite", "command").Split(' '))
            .WithCreateParameterModifier(parameters => parameters.User = compose.Text("azurite", "user"))
            .WithEnvironment("AZURITE_ACCOUNTS", $"{Account}:{key}")
            .WithPortBinding(Ports.Next(), BlobPort)
            .WithPortBinding(Ports.Next(), QueuePort)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilInternalTcpPortIsAvailable(BlobPort).UntilInternalTcpPortIsAvailable(QueuePort))
            .Build();
    }

    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};"
        + $"BlobEndpoint={Endpoint(BlobPort)};QueueEndpoint={Endpoint(QueuePort)};";

    public static async Task<AzuriteContainer> StartAsync()
    {
        var azurite = new AzuriteContainer();
        await azurite.RestartAsync();
        return azurite;
    }

    public Task RestartAsync() => container.StartAsync();

    public Task StopAsync() => container.StopAsync();

    public ValueTask DisposeAsync() => container.DisposeAsync();

    private string Endpoint(int port) => $"http://{container.Hostname}:{container.GetMappedPublicPort(port)}/{Account}";
}
