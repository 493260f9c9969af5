using System.Buffers;
using System.Text.Json;
using Goim.Logic.Journal;
using Goim.Logic.Routing;

namespace Goim.Logic.Monitor;

/// <summary>The figures of <c>/monitor/stat</c>.</summary>
public sealed class Stat(Figures figures, RouterNodes router, RouterJournal journal)
{
    /// <summary>
    /// <c>{"pushes":…,"records":{…},"routers":[{"node":"1","state":"up","calls":…,"failures":…,"retries":…}],"journal":{…},"process":{…}}</c>, UTF-8.
    /// Records that went through the output binding are queued and no more: it does not tell what became of them. Acknowledged and
    /// failed are those of our own producer. Of the process: bytes allocated since its start (give or take the 8 KB that each thread has in
    /// hand), bytes of the managed heap, garbage included, and bytes resident.
    /// </summary>
    public ReadOnlyMemory<byte> Write()
    {
        var output = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber("pushes"u8, figures.Pushes);
        json.WriteStartObject("records"u8);
        json.WriteNumber("queued"u8, figures.RecordsQueued);
        json.WriteNumber("acknowledged"u8, figures.RecordsAcknowledged);
        json.WriteNumber("failed"u8, figures.RecordsFailed);
        json.WriteEndObject();
        json.WriteStartArray("routers"u8);
        foreach (var node in router.All)
        {
            json.WriteStartObject();
            json.WriteString("node"u8, node.Name);
            json.WriteString("state"u8, node.State);
            json.WriteNumber("calls"u8, node.Figures.Calls);
            json.WriteNumber("failures"u8, node.Figures.Failures);
            json.WriteNumber("retries"u8, node.Figures.Retries);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("journal"u8);
        json.WriteNumber("queued"u8, journal.Queued);
        json.WriteNumber("replayed"u8, journal.Replayed);
        json.WriteNumber("poison"u8, journal.Poisoned);
        json.WriteEndObject();
        json.WriteStartObject("process"u8);
        json.WriteNumber("allocatedBytes"u8, GC.GetTotalAllocatedBytes());
        json.WriteNumber("heapBytes"u8, GC.GetTotalMemory(forceFullCollection: false));
        json.WriteNumber("workingSetBytes"u8, Environment.WorkingSet);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Sets every figure to 0 but those of the process.</summary>
    public void Reset()
    {
        figures.Reset();
        journal.ResetFigures();
        foreach (var node in router.All)
        {
            node.Figures.Reset();
        }
    }
}
