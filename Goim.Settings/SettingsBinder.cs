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
    /// <param name="options">Takes the values. A setting that is missing or empty leaves its property as it is.</param>
    /// <exception cref="OptionsValidationException">A value has the wrong type. Every such value is named.</exception>
    public static void Bind<TOptions>(IConfiguration section, TOptions options)
        where TOptions : class
    {
        // The configuration binder itself stops at the first wrong value, and its exception names the setting in its text only.
        var values = typeof(TOptions).GetProperties().Select(property => new SettingValue(section, property)).ToArray();
        var problems = values.Select(value => value.Problem()).Concat(NestedProblems(section, typeof(TOptions))).OfType<string>().ToArray();
        if (problems.Length > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(TOptions), problems);
        }

        var empty = values.Where(value => value.IsEmpty).Select(value => value.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var set = section.AsEnumerable(makePathsRelative: true).Where(setting => setting.Value is not null && !empty.Contains(setting.Key));
        new ConfigurationBuilder().AddInMemoryCollection(set).Build().Bind(options);
    }

    // Options within options.
    private static IEnumerable<string?> NestedProblems(IConfiguration section, Type options) =>
        from nested in options.GetProperties()
        where nested.CanWrite && nested.PropertyType.IsClass && nested.PropertyType.Assembly == options.Assembly
        let within = section.GetSection(nested.Name)
        from property in nested.PropertyType.GetProperties()
        select new SettingValue(within, property).Problem();
}
