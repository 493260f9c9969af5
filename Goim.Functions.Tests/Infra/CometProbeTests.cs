using System.Text.Json.Nodes;

namespace Goim.Functions.Tests.Infra;

/// <summary>The probes of the comets on Azure, and of the image that they have before the first deployment.</summary>
[Collection(nameof(BuiltInfra))]
public sealed class CometProbeTests(BuiltInfra infra)
{
    private const string Placeholder = "mcr.microsoft.com/dotnet/samples:aspnetapp";

    // Only its start asks for the app and the broker. /monitor/stat answers as long as the process does.
    [BicepFact]
    public void A_running_comet_is_not_ended_because_the_app_or_the_broker_is_down()
    {
        var probes = Variables()["cometProbes"]!.AsArray();

        Assert.Equal(
            ["Startup /monitor/ping", "Readiness /monitor/stat", "Liveness /monitor/stat"],
            probes.Select(probe => $"{probe!["type"]} {probe["httpGet"]!["path"]}"));
        Assert.All(probes, static probe => Assert.Equal("[variables('monitorPort')]", (string?)probe!["httpGet"]!["port"]));
        Assert.Equal(8091, (int)Variables()["monitorPort"]!);
    }

    // An app exists from the first provision on, and has the placeholder until the first deployment.
    [BicepFact]
    public void An_app_with_the_placeholder_has_a_probe_that_the_placeholder_passes_also_where_the_app_exists()
    {
        var created = Deployment.Container(infra.Queue.Comet);
        Assert.Equal(Placeholder, (string?)created["image"]);
        Assert.Equal("""{"port":8090}""", Assert.Single(created["probes"]!.AsArray())!["tcpSocket"]!.ToJsonString());

        var existing = Deployment.Container(infra.Kafka.Comet);
        const string Image = "ca-comet.template.containers[0].image";
        Assert.Equal($"[{Image}]", (string?)existing["image"]);
        Assert.Equal(
            $"[if(equals({Image}, '{Placeholder}'), variables('placeholderProbes'), variables('cometProbes'))]",
            (string?)existing["probes"]);
    }

    /// <summary>The variables of comet.bicep.</summary>
    private JsonNode Variables() => infra.Module("resources", "comets")["variables"]!;
}
