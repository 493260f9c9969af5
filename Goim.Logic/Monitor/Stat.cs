using System.Buffers;
using System.Text.Json;
using Goim.Logic.Routing;

namespace Goim.Logic.Monitor;

/// <summary>Writes the counters for <c>/monitor/stat</c>.</summary>
public sealed class Stat(Counters counters, RouterClient router)
{
    /// <summary>
    /// <c>{"pushes":…,"records":{…},"routers":[…],"journal":{…},"events":{"dropped":…},"process":{…}}</c>, UTF-8, with each
    /// router as <c>{"node":"1","state":"up","calls":…,"failures":…,"retries":…,"skewMs":…}</c>, where <c>skewMs</c> is how far the
    /// node's clock is ahead of ours. Records that go through the output binding count as queued: the binding does not report their
    /// delivery. Acknowledged and failed records are those of our own producer.
    /// <c>process</c> has the bytes allocated since the start (each thread may have 8 KB more), the bytes of the managed heap with
    /// garbage, and the resident bytes.
    /// </summary>
    public ReadOnlyMemory<byte> Write()
    {
        var output = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber("pushes"u8, counters.Pushes);
        json.WriteStartObject("records"u8);
        json.WriteNumber("queued"u8, counters.Records("queued"));
        json.WriteNumber("acknowledged"u8, counters.Records("acknowledged"));
        json.WriteNumber("failed"u8, counters.Records("failed"));
        json.WriteEndObject();
        json.WriteStartArray("routers"u8);
        foreach (var (node, state, skewMs) in router.States)
        {
            json.WriteStartObject();
            json.WriteString("node"u8, node);
            json.WriteString("state"u8, state);
            json.WriteNumber("calls"u8, counters.RouterCalls(node));
            json.WriteNumber("failures"u8, counters.RouterFailures(node));
            json.WriteNumber("retries"u8, counters.RouterRetries(node));
            json.WriteNumber("skewMs"u8, skewMs);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("journal"u8);
        json.WriteNumber("queued"u8, counters.Journal("queued"));
        json.WriteNumber("replayed"u8, counters.Journal("replayed"));
        json.WriteNumber("poison"u8, counters.Journal("poison"));
        json.WriteEndObject();
        json.WriteStartObject("events"u8);
        json.WriteNumber("dropped"u8, counters.EventsDropped);
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

    /// <summary>Sets every counter to 0. The process' figures stay.</summary>
    public void Reset() => counters.Reset();
}
