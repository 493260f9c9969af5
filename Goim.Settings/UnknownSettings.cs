using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Goim.Settings;

/// <summary>
/// Finds settings that nothing reads. For settings that restrict something: one whose name is misspelt would restrict nothing.
/// </summary>
public static class UnknownSettings
{
    /// <summary>A sentence for each setting of a section that no property of the options takes.</summary>
    /// <param name="section">The section.</param>
    public static IEnumerable<string> In<TOptions>(IConfigurationSection section)
        where TOptions : class
    {
        var properties = typeof(TOptions).GetProperties().Where(static property => property.CanWrite).ToArray();
        foreach (var setting in section.GetChildren())
        {
            var property = Array.Find(properties, each => each.Name.Equals(setting.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                var names = string.Join(", ", properties.Select(static each => each.Name));
                yield return $"{NameOf(setting)} is no setting: expected {names} after {NameOf(section)}__.";
            }
            else if (!IsOneValue(property) && !string.IsNullOrEmpty(setting.Value))
            {
                yield return $"{NameOf(setting)} is no setting: expected others, {NameOf(setting)}__….";
            }
            else if (PartOf(setting, property) is { } part)
            {
                yield return part;
            }
        }
    }

    /// <summary>The sentence for a setting that has parts, such as those of a list, where one value is read. Null if it has none.</summary>
    internal static string? PartOf(IConfigurationSection setting, PropertyInfo property) =>
        IsOneValue(property) && setting.GetChildren().FirstOrDefault() is { } part
            ? $"{NameOf(part)} is no setting: expected {NameOf(setting)}, one value."
            : null;

    private static string NameOf(IConfigurationSection section) => section.Path.Replace(":", "__", StringComparison.Ordinal);

    private static bool IsOneValue(PropertyInfo property) =>
        property.PropertyType.IsValueType || property.PropertyType == typeof(string) || property.PropertyType == typeof(Uri);
}
