using System.Text.Json.Nodes;

namespace Goim.Functions.Tests.Infra;

/// <summary>What clients show to connect: a choice without a default, and the keys of their tokens.</summary>
[Collection(nameof(BuiltInfra))]
public sealed class ConnectTests(BuiltInfra infra)
{
    // azd asks for a parameter that has no default, if its variable is not set.
    [BicepFact]
    public async Task Whoever_deploys_says_what_clients_show()
    {
        var parameter = infra.Template["parameters"]!["connectTokens"]!;
        var file = await File.ReadAllTextAsync(Path.Combine(Bicep.Infra, "main.parameters.json"));

        Assert.Null(parameter["defaultValue"]);
        Assert.Equal("""["Jwt","UserId"]""", parameter["allowedValues"]!.ToJsonString());
        Assert.Equal("${CONNECT_TOKENS}", (string?)JsonNode.Parse(file)!["parameters"]!["connectTokens"]!["value"]);
    }

    [BicepFact]
    public void Without_an_authority_the_deployment_makes_two_keys_so_that_either_can_be_replaced()
    {
        Assert.Equal(
            (Deployment.SecretUri("jwt-key-1"), Deployment.SecretUri("jwt-key-2")),
            (infra.Queue.AppSettings["Connect__Jwt__Keys__1"], infra.Queue.AppSettings["Connect__Jwt__Keys__2"]));
        var vault = infra.Module("resources", "keyVault")["resources"]!;
        Assert.All(["1", "2"], number =>
        {
            Assert.Equal("[base64(format('{0}{1}', newGuid(), newGuid()))]", infra.Queue.Secret($"jwt-key-{number}"));
            Assert.Equal(
                $"[parameters('newJwtKey{number}')]", (string?)vault[$"vault::jwtKey{number}"]!["properties"]!["value"]);
        });
    }

    [BicepFact]
    public void With_an_authority_or_with_user_ids_there_is_no_key() => Assert.All(
        [infra.Broker, infra.Kafka],
        deployment => Assert.DoesNotContain(
            deployment.Names("Microsoft.KeyVault/vaults/secrets"), name => name.Contains("jwt-key", StringComparison.Ordinal)));
}
