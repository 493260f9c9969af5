using System.Buffers;
using System.Text.Json;
using Goim.Logic.Access;
using Goim.Logic.Events;
using Goim.Logic.Input;
using Goim.Logic.Routing;
using Goim.Protocol;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Sessions;

/// <summary>Removes many connections: one call for each router node.</summary>
public sealed class DisconnectBatch(RouterClient router, Deletions deletions, IOptions<EventsOptions> events, TimeProvider time)
{
    /// <summary>Most bytes of a body.</summary>
    public const int MaxBodyBytes = 4 * 1024 * 1024;

    private const string Shape = """{"keys":["42_1","43_1"]}""";

    /// <summary>
    /// <c>{"keys":["42_1","43_1"]}</c> gives <c>{"has":[true,null],"journalled":[1],"failed":[]}</c>: <c>has</c> is null where a node did
    /// not confirm the deletion. <c>journalled</c> has the indexes of keys that the journal will delete, <c>failed</c> of those that
    /// nothing will.
    /// </summary>
    public async Task<Outcome<EventedAnswer>> DisconnectAsync(
        Entry entry, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!Read(body).Is(out var keys, out var problem)
            || (problem = entry.TakeUsers(keys.Length, "no client is disconnected.")) is not null)
        {
            return problem;
        }

        var asked = time.GetTimestamp();
        var servers = events.Value.Connections ? await ServersOfAsync(keys, cancellationToken) : [];
        var deleted = await deletions.DelAsync(keys, asked, cancellationToken);
        return new EventedAnswer(Write(deleted), EventsOf(keys, servers, deleted));
    }

    private static Outcome<SubKey[]> Read(ReadOnlyMemory<byte> body)
    {
        if (!JsonArrayBody.Parse(body, "keys", RouterLimits.MaxDels, Shape).Is(out var entries, out var problem))
        {
            return problem;
        }

        if (entries.Count == 0)
        {
            return new Problem(ProblemKind.BadInput, $"keys is empty: expected 1 to {RouterLimits.MaxDels} sub keys.");
        }

        var keys = new SubKey[entries.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            if (!entries.TryGetString(i, "keys", out var text, out problem))
            {
                return problem;
            }

            if (!SubKey.TryParse(text, out keys[i]))
            {
                return new Problem(
                    ProblemKind.BadInput,
                    $"keys {i + 1} is {Quoted.Of(text)}: expected {RawQuery.SubKeyForm}.");
            }
        }

        return keys;
    }

    private static ReadOnlyMemory<byte> Write(DeletionBatch deleted)
    {
        var output = new ArrayBufferWriter<byte>((deleted.Has.Length * 6) + 64);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteStartArray("has"u8);
        foreach (var has in deleted.Has)
        {
            if (has is { } known)
            {
                json.WriteBooleanValue(known);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("journalled"u8);
        for (var i = 0; i < deleted.Has.Length; i++)
        {
            if (deleted.IsJournalled(i))
            {
                json.WriteNumberValue(i);
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("failed"u8);
        foreach (var i in deleted.Failed.Keys)
        {
            json.WriteNumberValue(i);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    // The event names the comet server, which a deletion does not tell. So the sessions are looked up before they are deleted.
    private async Task<int?[]> ServersOfAsync(SubKey[] keys, CancellationToken cancellationToken)
    {
        var servers = new int?[keys.Length];
        try
        {
            var users = DistinctUsers.Of(Array.ConvertAll(keys, key => key.UserId)).Ids;
            using var found = await router.FindAsync(users.ToArray(), long.MaxValue, cancellationToken);
            var known = found.ByUser(cancellationToken);
            for (var i = 0; i < keys.Length; i++)
            {
                if (known.TryGetValue(keys[i].UserId, out var sessions) && sessions.Seqs.IndexOf(keys[i].Seq) is >= 0 and var at)
                {
                    servers[i] = sessions.Servers[at];
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The caller left. The deletions go on.
        }

        return servers;
    }

    private List<string> EventsOf(SubKey[] keys, int?[] servers, DeletionBatch deleted)
    {
        var values = new List<string>();
        for (var i = 0; i < servers.Length; i++)
        {
            if (deleted.Has[i] is true || deleted.IsJournalled(i))
            {
                values.Add(EventRecord.Disconnect(keys[i], servers[i], null, time.GetUtcNow()));
            }
        }

        return values;
    }
}
