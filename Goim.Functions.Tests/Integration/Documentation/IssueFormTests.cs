using System.Text.RegularExpressions;
using Goim.Functions.Tests.Docker;

namespace Goim.Functions.Tests.Integration.Documentation;

/// <summary>The issue forms obey GitHub's rules: a form that breaks one is not offered.</summary>
public sealed partial class IssueFormTests
{
    private const string Folder = ".github/ISSUE_TEMPLATE";

    // https://docs.github.com/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms
    private static readonly string[] KeysOfForm = ["assignees", "body", "description", "labels", "name", "projects", "title", "type"];

    // https://docs.github.com/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
    private static readonly Dictionary<string, (string[] Required, string[] Allowed)> Attributes = new()
    {
        ["checkboxes"] = (["label", "options"], ["description", "label", "options"]),
        ["dropdown"] = (["label", "options"], ["default", "description", "label", "multiple", "options"]),
        ["input"] = (["label"], ["description", "label", "placeholder", "value"]),
        ["markdown"] = (["value"], ["value"]),
        ["textarea"] = (["label"], ["description", "label", "placeholder", "render", "value"]),
    };

    public static TheoryData<string> Forms => [.. Names];

    private static IEnumerable<string> Names => Directory.GetFiles(Path.Combine(DocumentationTests.Repository(), Folder))
        .Select(file => Path.GetFileName(file)!).Where(file => file != "config.yml").Order(StringComparer.Ordinal);

    [Fact]
    public void There_is_one_for_a_bug_and_one_for_a_feature() =>
        Assert.Equal(["bug.yml", "feature.yml"], Names);

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_form_has_a_name_a_description_and_at_least_one_field(string file)
    {
        var form = ComposeFile.Yaml($"{Folder}/{file}");

        Assert.Subset(KeysOfForm.ToHashSet(), Keys(form));
        Assert.InRange(((string)form["name"]).Length, 3, 50);
        Assert.InRange(((string)form["description"]).Length, 3, 200);
        Assert.Contains(Body(file), item => (string)item["type"] != "markdown");
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_field_has_what_its_type_requires_and_nothing_else(string file) => Assert.All(Body(file), item =>
    {
        Assert.Subset(new HashSet<string> { "attributes", "id", "type", "validations" }, Keys(item));
        var (required, allowed) = Attributes[(string)item["type"]];
        var attributes = Keys(Map(item["attributes"]));
        Assert.Superset(required.ToHashSet(), attributes);
        Assert.Subset(allowed.ToHashSet(), attributes);
        if (item.TryGetValue("validations", out var validations))
        {
            Assert.Contains((string)item["type"], new[] { "dropdown", "input", "textarea" });
            Assert.Equal(["required"], Keys(Map(validations)));
            Assert.Contains(Map(validations)["required"], new[] { "true", "false" });
        }
    });

    [Theory]
    [MemberData(nameof(Forms))]
    public void Fields_differ_in_id_and_label_and_options_in_text(string file)
    {
        var fields = Body(file).Where(item => (string)item["type"] != "markdown").ToList();

        Assert.All(fields, field => Assert.Matches("^[A-Za-z0-9_-]+$", (string)field["id"]));
        Assert.Equal(fields.Count, fields.Select(field => field["id"]).Distinct().Count());
        Assert.Equal(fields.Count, fields.Select(field => Map(field["attributes"])["label"]).Distinct().Count());
        Assert.All(fields.Where(field => (string)field["type"] == "dropdown"), field =>
        {
            var options = ((List<object>)Map(field["attributes"])["options"]).Cast<string>().ToList();
            Assert.InRange(options.Count, 1, 50);
            Assert.Equal(options.Distinct(), options);
            // Reserved: GitHub adds it where a choice is not required.
            Assert.DoesNotContain(options, option => option.Equals("none", StringComparison.OrdinalIgnoreCase));
        });
        Assert.All(
            fields.Where(field => (string)field["type"] == "checkboxes")
                .SelectMany(field => ((List<object>)Map(field["attributes"])["options"]).Select(Map)),
            option => Assert.Subset(new HashSet<string> { "label", "required" }, Keys(option)));
    }

    [Fact]
    public void A_vulnerability_is_sent_to_SECURITY_md_and_no_issue_is_without_a_form()
    {
        var config = ComposeFile.Yaml($"{Folder}/config.yml");
        var links = ((List<object>)config["contact_links"]).Select(Map).ToList();

        Assert.Equal(["blank_issues_enabled", "contact_links"], Keys(config).Order(StringComparer.Ordinal));
        Assert.Equal("false", config["blank_issues_enabled"]);
        Assert.All(links, link =>
        {
            Assert.Equal(["about", "name", "url"], Keys(link).Order(StringComparer.Ordinal));
            Assert.True(Uri.TryCreate((string)link["url"], UriKind.Absolute, out var url) && url.Scheme == "https");
        });
        Assert.Contains("SECURITY.md", (string)Assert.Single(links)["about"], StringComparison.Ordinal);
        Assert.Contains("SECURITY.md", Text($"{Folder}/bug.yml"), StringComparison.Ordinal);
    }

    // A form is at /{owner}/{repository}/issues/new, a pull request at /{owner}/{repository}/pull/{number}.
    [Theory]
    [InlineData($"{Folder}/bug.yml")]
    [InlineData(".github/pull_request_template.md")]
    public void Each_link_leads_to_a_file_of_the_main_branch(string file)
    {
        var links = Link().Matches(Text(file)).Select(link => link.Groups["target"].Value).ToList();

        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(
            link.StartsWith("../blob/main/", StringComparison.Ordinal)
            && File.Exists(Path.Combine(DocumentationTests.Repository(), link[13..].Split('#')[0])),
            link));
    }

    private static IEnumerable<Dictionary<object, object>> Body(string file) =>
        ((List<object>)ComposeFile.Yaml($"{Folder}/{file}")["body"]).Select(Map);

    private static Dictionary<object, object> Map(object value) => (Dictionary<object, object>)value;

    private static HashSet<string> Keys(Dictionary<object, object> map) => [.. map.Keys.Cast<string>()];

    private static string Text(string path) => File.ReadAllText(Path.Combine(DocumentationTests.Repository(), path));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
