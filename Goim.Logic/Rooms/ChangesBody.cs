using Goim.Logic.Input;
using Goim.Protocol;

namespace Goim.Logic.Rooms;

/// <summary>Reads the bodies of <c>/1/room/change</c> and <c>/1/room/changes</c>.</summary>
internal static class ChangesBody
{
    private const int MaxChanges = 1_000;
    private const string ChangeShape = """{"key":"42_1","roomId":7}""";
    private const string ChangesShape = """{"server":3,"changes":[{"key":"42_1","roomId":7}]}""";

    /// <summary><c>{"key":"42_1","roomId":7}</c>.</summary>
    public static Outcome<PendingChange> ReadChange(ReadOnlyMemory<byte> body) =>
        JsonBody.Parse(body, ChangeShape).Is(out var members, out var problem) ? Read(members) : problem;

    /// <summary><c>{"server":3,"changes":[{"key":"42_1","roomId":7}]}</c>.</summary>
    public static Outcome<(int Server, PendingChange[] Changes)> ReadChanges(ReadOnlyMemory<byte> body)
    {
        if (!JsonBody.Parse(body, ChangesShape).Is(out var members, out var problem)
            || !JsonArrayBody.Parse(body, "changes", MaxChanges, ChangesShape).Is(out var entries, out problem)
            || !members.TryGetInt32("server", out var server, out problem))
        {
            return problem;
        }

        if (entries.Count == 0)
        {
            return new Problem(ProblemKind.BadInput, $"changes is empty: expected 1 to {MaxChanges} changes.");
        }

        var changes = new PendingChange[entries.Count];
        for (var i = 0; i < changes.Length; i++)
        {
            if (!entries.TryGetObject(i, out var entry, out problem) || !Read(entry).Is(out changes[i]!, out problem))
            {
                return problem;
            }
        }

        Order(changes);
        return (server, changes);
    }

    private static Outcome<PendingChange> Read(JsonBody members)
    {
        if (!members.TryGetString("key", out var text, out var problem) || !members.TryGetInt32("roomId", out var roomId, out problem))
        {
            return problem;
        }

        return SubKey.TryParse(text, out var key)
            ? new PendingChange(key, roomId)
            : members.WrongText("key", text, RawQuery.SubKeyForm);
    }

    // Changes of one session are carried out one after the other. The sort is stable.
    private static void Order(PendingChange[] changes)
    {
        PendingChange? before = null;
        foreach (var change in changes.OrderBy(change => change.Key.UserId).ThenBy(change => change.Key.Seq))
        {
            change.Before = before?.Key == change.Key ? before : null;
            before = change;
        }
    }
}
