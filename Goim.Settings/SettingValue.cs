using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Goim.Settings;

/// <summary>The text of one setting, and the type of the property that takes it.</summary>
internal sealed class SettingValue(IConfiguration section, PropertyInfo property)
{
    private readonly Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

    /// <summary>Name of the setting in its section.</summary>
    public string Name { get; } = property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name ?? property.Name;

    /// <summary>Whether the setting is an empty text for a property that does not hold texts. It counts as not set.</summary>
    public bool IsEmpty => Text is "" && Expected is not null;

    private string? Text => section[Name];

    // Null for types that hold any text.
    private string? Expected => type switch
    {
        { IsEnum: true } => string.Join(", ", type.GetCustomAttribute<SettingValuesAttribute>()?.Values ?? Enum.GetNames(type)),
        _ when type == typeof(int) => "a whole number",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a time such as 00:00:30",
        _ when type == typeof(Uri) => "a URL",
        _ => null,
    };

    /// <summary>The sentence for a setting that is no value of the type. Null if it is one, or is missing or empty.</summary>
    public string? Problem()
    {
        if (UnknownSettings.PartOf(section.GetSection(Name), property) is { } part)
        {
            return part;
        }

        if (string.IsNullOrEmpty(Text) || Expected is not { } expected || IsConvertible(Text))
        {
            return null;
        }

        var prefix = section is IConfigurationSection { Path: var path } ? $"{path.Replace(":", "__", StringComparison.Ordinal)}__" : "";
        return $"{prefix}{Name} is '{Text}': expected {expected}.";
    }

    private bool IsConvertible(string text)
    {
        if (type.IsEnum)
        {
            // The converter also takes numbers and lists of names.
            return Enum.GetNames(type).Contains(text, StringComparer.OrdinalIgnoreCase);
        }

        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text) is not null;
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException or OverflowException)
        {
            return false;
        }
    }
}
