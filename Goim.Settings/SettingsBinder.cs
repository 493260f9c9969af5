using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Goim.Settings;

/// <summary>Reads settings into an options object. A value of the wrong type is refused with a sentence that names the setting.</summary>
public static class SettingsBinder
{
    /// <summary>Reads the settings of a section into a new options object, before any service exists.</summary>
    /// <exception cref="OptionsValidationException">A value has the wrong type.</exception>
    public static TOptions Read<TOptions>(IConfiguration section)
        where TOptions : class, new()
    {
        var options = new TOptions();
        Bind(section, options);
        return options;
    }

    /// <summary>Reads the settings of a section into <paramref name="options"/>, property by property.</summary>
    /// <param name="section">The section, or the whole configuration for settings without a prefix.</param>
    /// <param name="options">Takes the values. A setting that is missing leaves its property as it is.</param>
    /// <exception cref="OptionsValidationException">A value has the wrong type. Every such value is named.</exception>
    public static void Bind<TOptions>(IConfiguration section, TOptions options)
        where TOptions : class
    {
        // The configuration binder itself stops at the first wrong value, and its exception names the setting in its text only.
        var problems = typeof(TOptions).GetProperties().Select(property => ProblemOf(section, property)).OfType<string>().ToArray();
        if (problems.Length > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(TOptions), problems);
        }

        section.Bind(options);
    }

    private static string? ProblemOf(IConfiguration section, PropertyInfo property)
    {
        var name = property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name ?? property.Name;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (section[name] is not { } text || Expected(type) is not { } expected || IsConvertible(text, type))
        {
            return null;
        }

        var prefix = section is IConfigurationSection { Path: var path } ? $"{path.Replace(":", "__", StringComparison.Ordinal)}__" : "";
        return $"{prefix}{name} is '{text}': expected {expected}.";
    }

    // Null for types that hold any text.
    private static string? Expected(Type type) => type switch
    {
        { IsEnum: true } => string.Join(", ", Enum.GetNames(type)),
        _ when type == typeof(int) => "a whole number",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a time such as 00:00:30",
        _ when type == typeof(Uri) => "a URL",
        _ => null,
    };

    private static bool IsConvertible(string text, Type type)
    {
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
