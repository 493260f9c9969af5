using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Infra;

/// <summary>
/// The Bicep CLI of the package Azure.Bicep.CommandLine, which comes without execute permission. One process serves all requests over
/// JSON-RPC, since starting it takes longer than all of them.
/// </summary>
internal sealed class Bicep : IDisposable
{
    private const string Subscription = "00000000-0000-0000-0000-000000000001", Tenant = "00000000-0000-0000-0000-000000000002";
    private readonly string folder = Directory.CreateTempSubdirectory("bicep-").FullName;
    private readonly Process process;
    private int requests;

    public Bicep()
    {
        var program = Path.Combine(folder, "bicep");

        // Not copied by this process: a process that another test starts meanwhile would inherit the file while it is open for writing,
        // and Linux runs no such file.
        using (var install = Process.Start("install", ["-m", "500", Packaged!, program]))
        {
            install.WaitForExit();
            Assert.Equal(0, install.ExitCode);
        }

        process = Process.Start(new ProcessStartInfo(program, ["jsonrpc", "--stdio"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    /// <summary>Why a test is skipped; null if it is not.</summary>
    public static string? Missing =>
        !OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64
            ? "The Bicep CLI is referenced for Linux on x64 only."
        : File.Exists(Packaged) ? null
        : $"There is no Bicep CLI at '{Packaged}'.";

    /// <summary>infra/ in the repository.</summary>
    public static string Infra { get; } = Path.Combine(DocumentationTests.Repository(), "infra");

    private static string? Packaged { get; } =
        typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "Bicep").Value;

    /// <summary>The ARM template that main.bicep becomes, with every module in it.</summary>
    public async Task<string> BuildAsync()
    {
        var (built, error) = await CallAsync("bicep/compile", new { path = Path.Combine(Infra, "main.bicep") });
        Assert.Equal(("", "[]"), (error, built["diagnostics"]!.ToJsonString()));
        return (string)built["contents"]!;
    }

    /// <summary>
    /// The resources that a deployment makes. Bicep evaluates conditions and expressions, except those that read a deployed resource.
    /// </summary>
    /// <param name="parameters">
    /// As in a .bicepparam file, a line each: <c>param pushAck = 'broker'</c>. connectTokens is Jwt if they do not have it.
    /// </param>
    public async Task<string> SnapshotAsync(string parameters)
    {
        var (snapshot, errors) = await TrySnapshotAsync(parameters);
        Assert.Equal("", errors);
        return snapshot;
    }

    /// <summary>Why a deployment with these parameters is refused; empty if it is not.</summary>
    public async Task<string> RefusalAsync(string parameters) => (await TrySnapshotAsync(parameters)).Errors;

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    // A warning is an error here.
    private async Task<(string Snapshot, string Errors)> TrySnapshotAsync(string parameters)
    {
        var path = Path.Combine(folder, "test.bicepparam");
        var main = Path.GetRelativePath(folder, Path.Combine(Infra, "main.bicep"));
        var tokens = parameters.Contains("param connectTokens ", StringComparison.Ordinal) ? "" : "param connectTokens = 'Jwt'\n";
        await File.WriteAllTextAsync(
            path, $"using '{main}'\nparam environmentName = 'test'\nparam location = 'westeurope'\n{tokens}{parameters}\n");
        var (compiled, failed) = await CallAsync("bicep/compileParams", new { path, parameterOverrides = new { } });
        var diagnostics = compiled["diagnostics"]?.ToJsonString() ?? "[]";
        if (failed != "" || diagnostics != "[]")
        {
            return ("", failed + diagnostics);
        }

        var metadata = new { tenantId = Tenant, subscriptionId = Subscription, location = "westeurope" };
        var (made, refused) = await CallAsync("bicep/getSnapshot", new { path, metadata });
        return ((string?)made["snapshot"] ?? "", refused);
    }

    // JSON-RPC framed as in the Language Server Protocol: a header with the length, an empty line, the message.
    private async Task<(JsonNode Result, string Error)> CallAsync(string method, object parameters)
    {
        var request = JsonSerializer.SerializeToUtf8Bytes(new { jsonrpc = "2.0", id = ++requests, method, @params = parameters });
        var (input, output) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
        var head = string.Create(CultureInfo.InvariantCulture, $"Content-Length: {request.Length}\r\n\r\n");
        await input.WriteAsync(Encoding.ASCII.GetBytes(head));
        await input.WriteAsync(request);
        await input.FlushAsync();

        var length = 0;
        while (await LineAsync(output) is { Length: > 0 } header)
        {
            if (header.StartsWith("Content-Length: ", StringComparison.Ordinal))
            {
                length = int.Parse(header[16..], CultureInfo.InvariantCulture);
            }
        }

        var message = new byte[length];
        await output.ReadExactlyAsync(message);
        var answer = JsonNode.Parse(message)!;
        Assert.Equal(requests, (int)answer["id"]!);
        return (answer["result"] ?? new JsonObject(), (string?)answer["error"]?["message"] ?? "");
    }

    private static async Task<string> LineAsync(Stream output)
    {
        var line = new StringBuilder();
        var next = new byte[1];
        while (next[0] != '\n')
        {
            await output.ReadExactlyAsync(next);
            line.Append((char)next[0]);
        }

        return line.ToString().TrimEnd('\r', '\n');
    }
}
