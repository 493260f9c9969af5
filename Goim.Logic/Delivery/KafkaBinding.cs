using System.Text.Json;
using System.Text.Json.Nodes;

namespace Goim.Logic.Delivery;

/// <summary>What the settings make of a Kafka output binding, whose attribute can only hold what is known when it is compiled.</summary>
/// <remarks>
/// Values between percent signs are resolved by the Kafka extension (its ResolveSecureSetting), so that no secret is in the metadata;
/// it resolves neither enums nor numbers.
/// </remarks>
public static class KafkaBinding
{
    /// <summary>The binding with topic, protocol, authentication and record size from the settings; one of another type as it was.</summary>
    /// <param name="binding">Metadata of one binding, a JSON object. Rewriting it twice is harmless.</param>
    /// <param name="kafka">The settings.</param>
    public static string FromSettings(string binding, KafkaOptions kafka)
    {
        if (Parse(binding) is not { } members || Text(members, "type") != "kafka")
        {
            return binding;
        }

        // A topic that is not set has a default here, which the host does not know.
        members["topic"] = Text(members, "topic") switch
        {
            "%KafkaTopic%" => kafka.Topic,
            "%KafkaEventsTopic%" => kafka.EventsTopic,
            var other => other,
        };
        members["maxMessageBytes"] = kafka.MaxMessageBytes;
        members["protocol"] = kafka.Protocol.ToString();
        Set(members, "authenticationMode", kafka.Authentication == KafkaAuthentication.NotSet ? null : kafka.Authentication.ToString());
        Set(members, "username", Setting("KafkaUsername", kafka.Username));
        Set(members, "password", Setting("KafkaPassword", kafka.Password));
        Set(members, "sslCaLocation", Setting("KafkaCaFile", kafka.CaFile));
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

    private static string? Text(JsonObject members, string name) =>
        members[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static string? Setting(string name, string? value) => string.IsNullOrEmpty(value) ? null : $"%{name}%";

    private static void Set(JsonObject members, string name, string? value)
    {
        if (value is null)
        {
            members.Remove(name);
        }
        else
        {
            members[name] = value;
        }
    }
}
