using System.Text.Json;
using System.Text.Json.Nodes;
using Goim.Kafka;

namespace Goim.Logic.Delivery;

/// <summary>Puts settings into the metadata of a Kafka output binding. Its attribute holds compile-time constants only.</summary>
/// <remarks>
/// The Kafka extension resolves values between percent signs (its ResolveSecureSetting), so no secret is in the metadata. It does not
/// resolve enums and numbers.
/// </remarks>
public static class KafkaBinding
{
    /// <summary>Sets topic, protocol, authentication and record size. A binding of another type is returned as it is.</summary>
    /// <param name="binding">Metadata of one binding, a JSON object. Doing this twice gives the same.</param>
    /// <param name="kafka">The settings.</param>
    public static string FromSettings(string binding, KafkaOptions kafka)
    {
        if (Parse(binding) is not { } members || Text(members, "type") != "kafka")
        {
            return binding;
        }

        // The host does not know the default of a topic that is not set.
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
