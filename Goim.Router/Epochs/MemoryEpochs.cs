using System.Globalization;
using System.Runtime.InteropServices;
using Goim.Protocol;

namespace Goim.Router.Epochs;

/// <summary>The epochs of a node that keeps its sessions in this process.</summary>
/// <param name="sessions">Its store id changes with each start of the node.</param>
internal sealed class MemoryEpochs(ISessions sessions) : IEpochs
{
    private readonly Lock gate = new();

    // How often each server was forgotten since the last time that all were.
    private readonly Dictionary<int, int> forgotten = new(SeededIntComparer.Instance);
    private int allForgotten;

    public ValueTask<string> GetAsync(int server)
    {
        lock (gate)
        {
            var generation = string.Create(CultureInfo.InvariantCulture, $"{allForgotten}.{forgotten.GetValueOrDefault(server)}");
            return ValueTask.FromResult(Epoch.Of(sessions.StoreId, server, generation));
        }
    }

    public ValueTask ForgetAsync(int server)
    {
        lock (gate)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(forgotten, server, out _)++;
            if (forgotten.Count > Epoch.MaxForgotten)
            {
                forgotten.Clear();
                allForgotten++;
            }
        }

        return ValueTask.CompletedTask;
    }
}
