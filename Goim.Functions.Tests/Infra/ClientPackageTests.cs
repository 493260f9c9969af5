using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Infra;

/// <summary>The NuGet packages of the client libraries, as <c>dotnet pack</c> makes them.</summary>
public sealed partial class ClientPackageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("package-").FullName;

    // What .NET has is no dependency. PolySharp is the compiler's business.
    [Theory]
    [InlineData(
        "Goim.Client", "Azure.Core", "Azure.Core", "Microsoft.Bcl.AsyncInterfaces", "Microsoft.Extensions.Http",
        "Microsoft.Extensions.Http", "Microsoft.IdentityModel.JsonWebTokens", "Microsoft.IdentityModel.JsonWebTokens",
        "System.Diagnostics.DiagnosticSource", "System.Memory", "System.Text.Json")]
    [InlineData(
        "Goim.Comet.Client", "Microsoft.Bcl.AsyncInterfaces", "Microsoft.Bcl.TimeProvider", "System.Memory", "System.Text.Json",
        "System.Threading.Channels")]
    public async Task The_package_has_both_frameworks_with_their_documentation_and_the_README(string library, params string[] dependencies)
    {
        await PackAsync(library);

        using var package = ZipFile.OpenRead(Path.Combine(folder, $"{library}.1.2.3.nupkg"));
        using var symbols = ZipFile.OpenRead(Path.Combine(folder, $"{library}.1.2.3.snupkg"));
        string[] frameworks = ["net10.0", "netstandard2.0"];
        Assert.Equal(
            [.. frameworks.SelectMany(each => Files(library, each, "dll", "xml")), "README.md"],
            Names(package, "lib/", "README.md"));
        Assert.Equal(frameworks.SelectMany(each => Files(library, each, "pdb")), Names(symbols, "lib/"));

        await using var nuspec = package.GetEntry($"{library}.nuspec")!.Open();
        var metadata = await XDocument.LoadAsync(nuspec, LoadOptions.None, CancellationToken.None);
        Assert.Equal(["MIT"], Values(metadata, "license"));
        Assert.Equal(["README.md"], Values(metadata, "readme"));
        Assert.Equal(
            dependencies,
            metadata.Descendants().Where(static each => each.Name.LocalName == "dependency")
                .Select(static each => (string)each.Attribute("id")!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Goim.Client", 3)]
    [InlineData("Goim.Comet.Client", 4)]
    public void The_READMEs_code_compiles(string library, int count)
    {
        var compiled = Lines(File.ReadAllText(Path.Combine(
            DocumentationTests.Repository(), "Goim.Functions.Tests", "Integration", "Documentation", "ClientReadmeExamples.cs")));
        var blocks = CSharpBlock().Matches(File.ReadAllText(Path.Combine(DocumentationTests.Repository(), library, "README.md")))
            .Select(static block => block.Groups[1].Value);

        Assert.Equal(count, blocks.Count());
        Assert.All(blocks, block => Assert.Contains(Lines(block), compiled, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task PackAsync(string library)
    {
        var project = Path.Combine(DocumentationTests.Repository(), library);
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        using var pack = Process.Start(new ProcessStartInfo(
            // A build node that stays would keep the output open.
            "dotnet", ["pack", project, "--no-build", "-nodeReuse:false", "-c", configuration, "-p:PackageVersion=1.2.3", "-o", folder])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await pack.StandardOutput.ReadToEndAsync();
        await pack.WaitForExitAsync();
        Assert.True(pack.ExitCode == 0, output);
    }

    private static IEnumerable<string> Files(string library, string framework, params string[] extensions) =>
        extensions.Select(extension => $"lib/{framework}/{library}.{extension}");

    private static IEnumerable<string> Names(ZipArchive archive, params string[] starts) =>
        archive.Entries.Select(static entry => entry.FullName)
            .Where(name => starts.Any(start => name.StartsWith(start, StringComparison.Ordinal)))
            .OrderBy(static name => name == "README.md").ThenBy(static name => name, StringComparer.Ordinal);

    private static IEnumerable<string> Values(XDocument document, string name) =>
        document.Descendants().Where(each => each.Name.LocalName == name).Select(static each => each.Value);

    // Without indentation, which differs.
    private static string Lines(string text) => string.Join('\n', text.Split('\n').Select(static line => line.Trim()));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();
}
