namespace Goim.Functions.Tests.Hosting;

/// <summary>Many clients of a comet.</summary>
internal sealed class CometCrowd : IDisposable
{
    private const int ConnectsAtOnce = 200;
    private readonly CometClient[] clients;

    private CometCrowd(CometClient[] clients) => this.clients = clients;

    public IReadOnlyList<CometClient> Clients => clients;

    /// <summary>Connects users, each once.</summary>
    /// <param name="address">The comet's address for a user.</param>
    /// <param name="firstUser">The first user; the others are the numbers that follow.</param>
    /// <param name="count">How many.</param>
    public static async Task<CometCrowd> ConnectAsync(Func<int, Uri> address, int firstUser, int count)
    {
        var clients = new CometClient[count];
        await Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = ConnectsAtOnce },
            async (i, _) => clients[i] = await CometClient.ConnectAsync(address(firstUser + i), $"{firstUser + i}"));
        return new CometCrowd(clients);
    }

    /// <summary>Half of the clients over TCP, half over WebSocket.</summary>
    public static Task<CometCrowd> ConnectAsync(TestHost host, int firstUser, int count)
    {
        var (tcp, webSocket) = (host.Comet("tcp"), host.Comet("ws"));
        return ConnectAsync(user => user % 2 == 0 ? tcp : webSocket, firstUser, count);
    }

    /// <summary>Something for all clients at once.</summary>
    public Task ForEachAsync(Func<CometClient, Task> action) => Task.WhenAll(clients.Select(client => Task.Run(() => action(client))));

    public void Dispose() => Array.ForEach(clients, static client => client.Dispose());
}
