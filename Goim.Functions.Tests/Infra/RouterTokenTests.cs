namespace Goim.Functions.Tests.Infra;

/// <summary>The token of the router nodes: made by the first deployment, and kept in the Key Vault.</summary>
[Collection(nameof(BuiltInfra))]
public sealed class RouterTokenTests(BuiltInfra infra)
{
    [BicepFact]
    public void The_token_of_the_router_nodes_is_in_the_vault_for_both_sides_and_kept_by_later_deployments() =>
        Assert.All(infra.All, deployment =>
        {
            Assert.Equal(Deployment.SecretUri("router-token"), deployment.AppSettings["Router__Token"]);
            var secret = Assert.Single(
                deployment.Router["configuration"]!["secrets"]!.AsArray())!;
            Assert.Equal(
                ("token", $"[format('{{0}}/{{1}}', {Deployment.Vault}, 'router-node-token')]"),
                ((string?)secret["name"], (string?)secret["keyVaultUrl"]));
            Assert.EndsWith("/id-router", (string?)secret["identity"], StringComparison.Ordinal);

            // Both are the one token that the deployment makes.
            Assert.Equal(deployment.Secret("router-token"), deployment.Secret("router-node-token"));
            var made = deployment.Secret("router-token")!;
            Assert.True(made.Contains("newGuid()", StringComparison.Ordinal) || Guid.TryParse(made, out _), made);
        });
}
