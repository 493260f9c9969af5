using Goim.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Unit.Settings;

public sealed class SettingsBinderTests
{
    [Fact]
    public void Every_value_of_the_wrong_type_is_named_with_what_was_expected()
    {
        var section = Section(("Count", "many"), ("Wait", "soon"), ("Kind", "Third"), ("IsOn", "yes"), ("Other", "1.5"));

        var refused = Assert.Throws<OptionsValidationException>(() => SettingsBinder.Read<Sample>(section));

        Assert.Equal(
            [
                "Part__Count is 'many': expected a whole number.",
                "Part__Wait is 'soon': expected a time such as 00:00:30.",
                "Part__Kind is 'Third': expected First, Second.",
                "Part__IsOn is 'yes': expected true or false.",
                "Part__Other is '1.5': expected a whole number.",
            ],
            refused.Failures);
    }

    [Fact]
    public void A_setting_that_is_missing_leaves_the_default_and_case_does_not_matter()
    {
        var sample = SettingsBinder.Read<Sample>(Section(("COUNT", "-7"), ("kind", "second"), ("ison", "TRUE")));

        Assert.Equal((-7, Kind.Second, true, TimeSpan.FromSeconds(3)), (sample.Count, sample.Kind, sample.IsOn, sample.Wait));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("9")]
    [InlineData("First,Second")]
    [InlineData(" First")]
    public void A_kind_is_one_of_the_names_only(string value)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => SettingsBinder.Read<Sample>(Section(("Kind", value))));

        Assert.Equal($"Part__Kind is '{value}': expected First, Second.", refused.Message);
    }

    [Fact]
    public void A_message_spells_the_values_as_their_enum_says()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => SettingsBinder.Read<Sample>(Section(("Spelled", "x"))));

        Assert.Equal("Part__Spelled is 'x': expected a-name.", refused.Message);
    }

    [Fact]
    public void A_setting_that_is_empty_is_not_set()
    {
        var sample = SettingsBinder.Read<Sample>(Section(("Count", ""), ("Wait", ""), ("Kind", ""), ("IsOn", "")));
        Assert.Equal((0, TimeSpan.FromSeconds(3), Kind.First, false), (sample.Count, sample.Wait, sample.Kind, sample.IsOn));
    }

    [Fact]
    public void Settings_without_a_section_are_named_without_a_prefix()
    {
        var all = new ConfigurationBuilder().AddInMemoryCollection([new("Count", "x")]).Build();

        Assert.Equal(
            "Count is 'x': expected a whole number.",
            Assert.Throws<OptionsValidationException>(() => SettingsBinder.Read<Sample>(all)).Message);
    }

    private static IConfigurationSection Section(params (string Name, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => KeyValuePair.Create("Part:" + value.Name, (string?)value.Value)))
        .Build()
        .GetSection("Part");

    private enum Kind
    {
        First,
        Second,
    }

    [SettingValues("a-name")]
    private enum Spelled
    {
        AName,
    }

    private sealed class Sample
    {
        public int Count { get; init; }

        public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(3);

        public Kind Kind { get; init; }

        public Spelled Spelled { get; init; }

        public bool IsOn { get; init; }

        [ConfigurationKeyName("Other")]
        public int Renamed { get; init; }
    }
}
