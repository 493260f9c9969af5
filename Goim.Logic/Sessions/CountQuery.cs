using Goim.Logic.Input;

namespace Goim.Logic.Sessions;

/// <summary>What a request asks to count.</summary>
/// <param name="Type"><c>room</c>, <c>server</c> or <c>total</c>.</param>
/// <param name="RoomId">The only room to count. Null for all.</param>
public readonly record struct CountQuery(string Type, int? RoomId)
{
    /// <summary>Reads <c>type=room|server|total</c>, and <c>rid</c>, which only the type room has.</summary>
    public static Outcome<CountQuery> Read(RawQuery query)
    {
        if (query["type"] is not ("room" or "server" or "total"))
        {
            var shown = query["type"] is { } text ? Quoted.Of(text) : "missing";
            return new Problem(ProblemKind.BadInput, $"type is {shown}: expected room, server or total.");
        }

        var type = query["type"]!;
        if (query["rid"] is not { } rid)
        {
            return new CountQuery(type, null);
        }

        if (type != "room")
        {
            return new Problem(ProblemKind.BadInput, $"rid is {Quoted.Of(rid)}: expected none, since type is '{type}'.");
        }

        return query.TryGetInt32("rid", out var roomId, out var problem) ? new CountQuery(type, roomId) : problem;
    }
}
