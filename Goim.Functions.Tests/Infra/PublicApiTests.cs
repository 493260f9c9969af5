using Goim.Client;
using Goim.Comet.Client;
using Goim.Functions.Tests.Integration.Documentation;
using PublicApiGenerator;

namespace Goim.Functions.Tests.Infra;

/// <summary>
/// The public types and members of the client libraries are those in <c>Infra/PublicApi/</c>. Who changes one on purpose copies the new
/// text from <c>TestResults/PublicApi/</c>, and says so in CHANGELOG.md.
/// </summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData(typeof(GoimClient))]
    [InlineData(typeof(GoimConnection))]
    public void The_public_members_are_the_approved_ones(Type of)
    {
        var name = $"{of.Assembly.GetName().Name}.txt";
        var approved = Path.Combine(DocumentationTests.Repository(), "Goim.Functions.Tests", "Infra", "PublicApi", name);
        var options = new ApiGeneratorOptions
        {
            IncludeAssemblyAttributes = false,

            // The compiler's own, with a number that any edit changes.
            ExcludeAttributes = ["System.Runtime.CompilerServices.AsyncIteratorStateMachineAttribute"],
        };
        var actual = of.Assembly.GeneratePublicApi(options).ReplaceLineEndings("\n") + "\n";
        var received = Path.Combine(DocumentationTests.Repository(), "TestResults", "PublicApi");
        Directory.CreateDirectory(received);
        File.WriteAllText(Path.Combine(received, name), actual);

        Assert.Equal(File.Exists(approved) ? File.ReadAllText(approved) : "", actual);
    }
}
