using System.Security.Cryptography;
using System.Text.Json;
using Goim.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Goim.Functions.Tests.Hosting;

/// <summary>An OpenID Connect authority. It can rotate its keys, and be stopped and started again on its address.</summary>
internal sealed class OidcServer : IAsyncDisposable
{
    private WebApplication? app;
    private RSA rsa = RSA.Create(2_048);
    private ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int generation = 1;
    private int fetches;

    /// <summary>The authority's address, and the issuer of its tokens.</summary>
    public string Authority { get; } = $"http://127.0.0.1:{Ports.Next()}";

    /// <summary>How often the key set was read.</summary>
    public int Fetches => Volatile.Read(ref fetches);

    /// <summary>The body of the discovery document. Null for the real one.</summary>
    public string? Discovery { get; set; }

    /// <summary>The body of the key set. Null for the real one.</summary>
    public string? KeySet { get; set; }

    /// <summary>Whether it takes requests and does not answer them.</summary>
    public bool Hangs { get; set; }

    public RSA Rsa => rsa;

    public static async Task<OidcServer> StartAsync()
    {
        var server = new OidcServer();
        await server.RestartAsync();
        return server;
    }

    public async Task RestartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(HostArguments.WithoutFileWatches());
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Authority);
        app = builder.Build();
        app.MapGet("/.well-known/openid-configuration", async (CancellationToken left) =>
        {
            if (Hangs)
            {
                await new TaskCompletionSource().Task.WaitAsync(left);
            }

            return Results.Text(Discovery ?? $$"""{"issuer":"{{Authority}}","jwks_uri":"{{Authority}}/keys"}""", "application/json");
        });
        app.MapGet("/keys", () =>
        {
            Interlocked.Increment(ref fetches);
            return Results.Text(KeySet ?? CurrentKeySet(), "application/json");
        });
        await app.StartAsync();
    }

    public async Task StopAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
            app = null;
        }
    }

    /// <summary>From now on there are new keys, and tokens are signed with them. The old ones are gone.</summary>
    public void RotateKeys()
    {
        generation++;
        rsa = RSA.Create(2_048);
        ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    }

    /// <summary>A token of this authority with <c>iss</c> and an <c>exp</c> in 10 minutes, unless the claims have them.</summary>
    /// <param name="algorithm">RS256 or ES256.</param>
    /// <param name="claims">The claims; one that is null is left out.</param>
    public string Token(string algorithm, params (string Name, object? Value)[] claims)
    {
        var all = new Dictionary<string, object?>
        {
            ["iss"] = Authority,
            ["exp"] = TestJwt.In(TimeSpan.FromMinutes(10)),
        };
        foreach (var (name, value) in claims)
        {
            all[name] = value;
        }

        var text = JsonSerializer.Serialize(all.Where(claim => claim.Value is not null).ToDictionary());
        return algorithm == "ES256"
            ? TestJwt.Es256(text, ec, $$"""{"alg":"ES256","typ":"JWT","kid":"ec-{{generation}}"}""")
            : TestJwt.Rs256(text, rsa, $$"""{"alg":"RS256","typ":"JWT","kid":"rsa-{{generation}}"}""");
    }

    /// <summary>An RS256 token of this authority.</summary>
    public string Token(params (string Name, object? Value)[] claims) => Token("RS256", claims);

    public async ValueTask DisposeAsync() => await StopAsync();

    private string CurrentKeySet()
    {
        var first = rsa.ExportParameters(false);
        var second = ec.ExportParameters(false);
        return $$$"""
            {"keys":[
              {"kty":"RSA","use":"sig","kid":"rsa-{{{generation}}}","n":"{{{Text(first.Modulus!)}}}","e":"{{{Text(first.Exponent!)}}}"},
              {"kty":"EC","use":"sig","crv":"P-256","kid":"ec-{{{generation}}}","x":"{{{Text(second.Q.X!)}}}","y":"{{{Text(second.Q.Y!)}}}"}
            ]}
            """;
    }

    private static string Text(byte[] bytes) => Base64UrlEncoder.Encode(bytes);
}
