using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Infra;

/// <summary>The Bicep CLI of the package Azure.Bicep.CommandLine, which comes without the permission to run.</summary>
internal sealed class Bicep : IDisposable
{
    private const string Subscription = "00000000-0000-0000-0000-000000000001", Tenant = "00000000-0000-0000-0000-000000000002";
    private readonly string folder = Directory.CreateTempSubdirectory("bicep-").FullName;
    private readonly string program;

    public Bicep()
    {
        program = Path.Combine(folder, "bicep");
        File.Copy(Packaged!, program);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Why a test is skipped; null if it is not.</summary>
    public static string? Missing =>
        !OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64 ? "The Bicep CLI is referenced for Linux on x64 only."
        : File.Exists(Packaged) ? null
        : $"There is no Bicep CLI at '{Packaged}'.";

    /// <summary>infra/ in the repository.</summary>
    public static string Infra { get; } = Path.Combine(ReadmeTests.Repository(), "infra");

    private static string? Packaged { get; } =
        typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "Bicep").Value;

    /// <summary>The ARM template that main.bicep becomes, with every module in it.</summary>
    public async Task<string> BuildAsync() => Succeeded(await RunAsync("build", Path.Combine(Infra, "main.bicep"), "--stdout"));

    /// <summary>The resources that a deployment makes: conditions and expressions evaluated, but those about what only exists then.</summary>
    /// <param name="parameters">As in a .bicepparam file, a line each: <c>param pushAck = 'broker'</c>.</param>
    public async Task<string> SnapshotAsync(string parameters)
    {
        Succeeded(await RunSnapshotAsync(parameters));
        return await File.ReadAllTextAsync(Path.Combine(folder, "test.snapshot.json"));
    }

    /// <summary>Why a deployment with these parameters is refused; empty if it is not.</summary>
    public async Task<string> RefusalAsync(string parameters) => (await RunSnapshotAsync(parameters)).Errors;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // A warning is an error here; the CLI exits with 0 then.
    private static string Succeeded((int ExitCode, string Errors, string Output) end)
    {
        Assert.Equal((0, ""), (end.ExitCode, end.Errors));
        return end.Output;
    }

    private async Task<(int ExitCode, string Errors, string Output)> RunSnapshotAsync(string parameters)
    {
        var file = Path.Combine(folder, "test.bicepparam");
        var main = Path.GetRelativePath(folder, Path.Combine(Infra, "main.bicep"));
        await File.WriteAllTextAsync(file, $"using '{main}'\nparam environmentName = 'test'\nparam location = 'westeurope'\n{parameters}\n");
        return await RunAsync("snapshot", file, "--mode", "overwrite", "--subscription-id", Subscription, "--tenant-id", Tenant, "--location", "westeurope");
    }

    private async Task<(int ExitCode, string Errors, string Output)> RunAsync(params string[] arguments)
    {
        using var bicep = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = bicep.StandardError.ReadToEndAsync();
        var output = await bicep.StandardOutput.ReadToEndAsync();
        await bicep.WaitForExitAsync();
        return (bicep.ExitCode, await errors, output);
    }
}
