using System.Text.Json.Nodes;

namespace Goim.Functions.Tests.Infra;

/// <summary>Who may call the app: the callers that exist from the start, and their keys.</summary>
[Collection(nameof(BuiltInfra))]
public sealed class CallerTests(BuiltInfra infra)
{
    private const string Made = "[format('{0}{1}', newGuid(), newGuid())]";

    [BicepFact]
    public void The_backend_may_push_and_read_and_the_comets_may_register_clients_and_count() => Assert.All(infra.All, deployment =>
    {
        var settings = deployment.AppSettings;

        Assert.Equal("push.user,push.room,push.all,read", settings["Access__Callers__backend__Scopes"]);
        Assert.Equal("comet,read", settings["Access__Callers__comet__Scopes"]);
        Assert.Equal(
            ["Access__Callers__backend__Key", "Access__Callers__comet__Key"],
            settings.Keys.Where(name => name.EndsWith("__Key", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    });

    [BicepFact]
    public void Function_keys_open_the_app_too_until_the_owner_chooses()
    {
        Assert.Equal("either", infra.Queue.AppSettings["Access__KeepFunctionKeys"]);
        Assert.Equal("none", infra.Kafka.AppSettings["Access__KeepFunctionKeys"]);
        Assert.Equal(
            """["either","none"]""", infra.Template["parameters"]!["accessKeepFunctionKeys"]!["allowedValues"]!.ToJsonString());
    }

    [BicepFact]
    public void The_deployment_makes_a_key_for_each_caller_and_the_comets_have_theirs() => Assert.All(infra.All, deployment =>
    {
        Assert.Equal((Made, Made), (deployment.Secret("caller-backend"), deployment.Secret("caller-comet")));
        Assert.Equal(
            ("[parameters('newBackendKey')]", "[parameters('newCometKey')]", "[parameters('newCometKey')]"),
            (Value("backendKey"), Value("cometKey"), Value("cometCallerKey")));
    });

    [BicepFact]
    public void The_subject_of_a_comet_s_token_is_its_identity()
    {
        Assert.Equal("[id-comet.principalId]", infra.Broker.AppSettings["Access__Callers__comet__Subject"]);
        Assert.Equal("client-id-of-the-test", infra.Broker.AppSettings["Access__Audience"]);
        Assert.DoesNotContain("Access__Authority", infra.Queue.AppSettings.Keys);
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
        ["backendKey", "cometCallerKey", "cometKey", "jwtKey1", "jwtKey2", "nodeToken", "token"],
        Vault().Where(resource => resource.Value!["@options"]?["onlyIfNotExists"] is not null)
            .Select(resource => resource.Key.Split("::")[1]).Order(StringComparer.Ordinal));

    private string Value(string secret) => (string)Vault()[$"vault::{secret}"]!["properties"]!["value"]!;

    private JsonObject Vault() => infra.Module("resources", "keyVault")["resources"]!.AsObject();
}
