namespace Goim.Settings;

/// <summary>The values of a setting that has the enum's type, as a message lists them. Without it: the names of the members.</summary>
[AttributeUsage(AttributeTargets.Enum)]
public sealed class SettingValuesAttribute(params string[] values) : Attribute
{
    public IReadOnlyList<string> Values { get; } = values;
}
