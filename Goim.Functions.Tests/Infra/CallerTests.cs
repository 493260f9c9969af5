using System.Text.Json.Nodes;

namespace Goim.Functions.Tests.Infra;

/// <summary>Who may call the app: the callers that exist from the start, and their keys.</summary>
[Collection(nameof(BuiltInfra))]
public sealed class CallerTests(BuiltInfra infra)
{
    private const string Made = "[format('{0}{1}', newGuid(), newGuid())]";

    [BicepFact]
    public void The_backend_may_push_and_read_the_comets_may_register_clients_and_their_scale_rule_may_read() =>
        Assert.All(infra.All, deployment =>
        {
            var settings = deployment.AppSettings;

            Assert.Equal("push.user,push.room,push.all,read", settings["Access__Callers__backend__Scopes"]);
            Assert.Equal("comet", settings["Access__Callers__comet__Scopes"]);
            Assert.Equal("read", settings["Access__Callers__comet_scale__Scopes"]);
        });

    // https://learn.microsoft.com/azure/app-service/configure-common#configure-app-settings
    [BicepFact]
    public void A_name_of_an_app_setting_has_letters_digits_and_underscores_only() => Assert.All(
        infra.All, deployment => Assert.All(deployment.AppSettings.Keys, name => Assert.Matches("^[A-Za-z0-9_]+$", name)));

    [BicepFact]
    public void Function_keys_open_the_app_too_until_the_owner_chooses()
    {
        Assert.Equal("either", infra.Queue.AppSettings["Access__KeepFunctionKeys"]);
        Assert.Equal("none", infra.Kafka.AppSettings["Access__KeepFunctionKeys"]);
        Assert.Equal(
            """["either","none"]""", infra.Template["parameters"]!["accessKeepFunctionKeys"]!["allowedValues"]!.ToJsonString());
    }

    [BicepFact]
    public void The_deployment_makes_a_key_for_each_caller_and_the_comets_and_their_scale_rule_have_theirs()
    {
        Assert.Equal(
            ["Access__Callers__backend__Key", "Access__Callers__comet__Key", "Access__Callers__comet_scale__Key"], Keys(infra.Queue));
        Assert.Equal(
            (Made, Made, Made),
            (infra.Queue.Secret("caller-backend"), infra.Queue.Secret("caller-comet"), infra.Queue.Secret("caller-comet-scale")));
        Assert.Equal(
            ("[parameters('newBackendKey')]", "[parameters('newCometKey')]", "[parameters('newCometKey')]"),
            (Value("backendKey"), Value("cometKey"), Value("cometCallerKey")));
        Assert.Equal(
            ("[parameters('newScaleKey')]", "[parameters('newScaleKey')]"), (Value("scaleKey"), Value("scaleCallerKey")));
    }

    [BicepFact]
    public void With_an_audience_the_comets_are_known_by_their_identity_and_have_no_key()
    {
        Assert.Equal("[id-comet.principalId]", infra.Broker.AppSettings["Access__Callers__comet__Subject"]);
        Assert.Equal("client-id-of-the-test", infra.Broker.AppSettings["Access__Audience"]);
        Assert.DoesNotContain("Access__Authority", infra.Queue.AppSettings.Keys);
        Assert.Equal(["Access__Callers__backend__Key", "Access__Callers__comet_scale__Key"], Keys(infra.Broker));
        Assert.Equal(
            ["kv/caller-backend", "kv/caller-comet-scale", "kv/comet-scale-key", "kv/router-node-token", "kv/router-token"],
            infra.Broker.Names("Microsoft.KeyVault/vaults/secrets"));
    }

    [BicepFact]
    public async Task Another_authority_than_the_tenant_s_can_be_given()
    {
        var snapshot = await infra.Bicep.SnapshotAsync(
            "param accessAuthority = 'https://login.example'\nparam accessAudience = 'api://goim'");

        Assert.Equal("https://login.example", Deployment.Read(snapshot).AppSettings["Access__Authority"]);
    }

    // The broker's password is the one that a later deployment writes.
    [BicepFact]
    public void Later_deployments_leave_every_secret_that_they_make_as_it_is() => Assert.Equal(
        ["backendKey", "cometCallerKey", "cometKey", "jwtKey1", "jwtKey2", "nodeToken", "scaleCallerKey", "scaleKey", "token"],
        Vault().Where(resource => resource.Value!["@options"]?["onlyIfNotExists"] is not null)
            .Select(resource => resource.Key.Split("::")[1]).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Keys(Deployment deployment) => deployment.AppSettings.Keys
        .Where(name => name.EndsWith("__Key", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private string Value(string secret) => (string)Vault()[$"vault::{secret}"]!["properties"]!["value"]!;

    private JsonObject Vault() => infra.Module("resources", "keyVault")["resources"]!.AsObject();
}
