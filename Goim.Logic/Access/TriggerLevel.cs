using System.Text.Json;
using System.Text.Json.Nodes;

namespace Goim.Logic.Access;

/// <summary>Opens HTTP triggers for callers without a function key. Their attributes hold compile-time constants only.</summary>
public static class TriggerLevel
{
    /// <summary>Sets the level of an HTTP trigger to Anonymous. A binding of another type is returned as it is.</summary>
    /// <param name="binding">Metadata of one binding, a JSON object. Doing this twice gives the same.</param>
    public static string ToAnonymous(string binding)
    {
        if (Parse(binding) is not { } members
            || members["type"] is not JsonValue type
            || !type.TryGetValue(out string? text)
            || !text.Equals("httpTrigger", StringComparison.OrdinalIgnoreCase))
        {
            return binding;
        }

        members["authLevel"] = "Anonymous";
        return members.ToJsonString();
    }

    private static JsonObject? Parse(string binding)
    {
        try
        {
            return JsonNode.Parse(binding) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
