using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Goim.Comet.Counters;
using Goim.Functions.Push;
using Goim.LocalHost;
using Goim.Logic;
using Goim.Router;

namespace Goim.Functions.Tests.Unit.Architecture;

/// <summary>Dependencies between the folders of a project run one way, as docs/architecture.md says.</summary>
public sealed class FolderTests
{
    private static readonly ArchUnitNET.Domain.Architecture Code = new ArchLoader()
        .LoadAssemblies(
            typeof(GoimServices).Assembly, typeof(PushOutput).Assembly, typeof(RouterNode).Assembly, typeof(LocalHostApp).Assembly,
            typeof(CometCounters).Assembly)
        .Build();

    [Theory]
    [InlineData("Goim.Logic")]
    [InlineData("Goim.Logic.Routing")]
    [InlineData("Goim.Functions")]
    [InlineData("Goim.Router")]
    [InlineData("Goim.LocalHost")]
    [InlineData("Goim.Comet")]
    public void No_folder_uses_one_that_uses_it(string parent)
    {
        var uses = Uses(parent);

        Assert.NotEmpty(uses);
        Assert.DoesNotContain(uses.Keys, folder => Reaches(uses, folder, folder, []));
    }

    [Fact]
    public void Calls_in_the_logic_tier_go_the_way_that_the_docs_draw()
    {
        var uses = Uses("Goim.Logic");

        Assert.Subset(
            new HashSet<string> { "Sessions", "Delivery", "Routing", "Idempotency", "Telemetry", "Input", "Gate", "Access" }, uses["Push"]);
        Assert.Equal(["Input", "Jwt", "Telemetry"], uses["Access"].Order(StringComparer.Ordinal));
        Assert.Contains("Sessions", uses["Facade"]);
        Assert.Contains("Journal", uses["Sessions"]);
        Assert.Contains("Routing", uses["Journal"]);
        Assert.Subset(new HashSet<string> { "Telemetry", "Input" }, uses["Routing"]);
        Assert.Equal(["Telemetry"], uses["Delivery"]);
        Assert.Equal(["Nodes", "Ring"], Uses("Goim.Logic.Routing")["Lookup"].Order(StringComparer.Ordinal));
        Assert.Equal(["Ring"], Uses("Goim.Logic.Routing")["Nodes"]);
    }

    [Fact]
    public void Calls_in_a_comet_go_the_way_that_the_docs_draw()
    {
        var uses = Uses("Goim.Comet");

        Assert.Subset(new HashSet<string> { "Registration", "Topic", "Delivery", "Counters", "Settings", "Wire" }, uses["Clients"]);
        Assert.Subset(new HashSet<string> { "Delivery", "Counters", "Settings", "Wire" }, uses["Registration"]);
        Assert.Subset(new HashSet<string> { "Delivery", "Counters", "Settings", "Wire" }, uses["Topic"]);
        Assert.Subset(new HashSet<string> { "Counters", "Settings", "Wire" }, uses["Delivery"]);
    }

    // Each folder below a namespace, and the folders beside it that its types use.
    private static Dictionary<string, HashSet<string>> Uses(string parent)
    {
        var uses = new Dictionary<string, HashSet<string>>();
        foreach (var (from, to) in Code.Types.SelectMany(type => type.Dependencies).Select(each => (each.Origin, each.Target)))
        {
            if (FolderOf(from, parent) is { } folder && FolderOf(to, parent) is { } used && folder != used)
            {
                uses.TryAdd(folder, []);
                uses[folder].Add(used);
            }
        }

        return uses;
    }

    private static string? FolderOf(IType type, string parent) =>
        type.Namespace?.FullName is { } name && name.StartsWith(parent + ".", StringComparison.Ordinal)
            ? name[(parent.Length + 1)..].Split('.')[0]
            : null;

    private static bool Reaches(Dictionary<string, HashSet<string>> uses, string from, string to, HashSet<string> seen) =>
        uses.TryGetValue(from, out var next)
        && next.Any(folder => folder == to || (seen.Add(folder) && Reaches(uses, folder, to, seen)));
}
