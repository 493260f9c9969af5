using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Goim.Settings;

/// <summary>Registers options that are read from settings and checked before the process starts to work.</summary>
public static class SettingsServices
{
    /// <summary>Registers options whose values need no check beyond their type.</summary>
    /// <param name="services">Takes the options.</param>
    /// <param name="section">Name of the section; empty for settings without a prefix.</param>
    public static OptionsBuilder<TOptions> AddSettings<TOptions>(this IServiceCollection services, string section)
        where TOptions : class => services.AddOptions<TOptions>()
            .Configure<IConfiguration>((options, all) => SettingsBinder.Bind(section.Length == 0 ? all : all.GetSection(section), options))
            .ValidateOnStart();

    /// <summary>Registers options that read their settings themselves, and their validator.</summary>
    /// <param name="services">Takes the options.</param>
    /// <param name="read">Reads the settings from the whole configuration.</param>
    public static OptionsBuilder<TOptions> AddSettings<TOptions, TValidator>(
        this IServiceCollection services, Action<TOptions, IConfiguration> read)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        return services.AddOptions<TOptions>().Configure(read).ValidateOnStart();
    }

    /// <summary>Registers options and their validator.</summary>
    /// <param name="services">Takes the options.</param>
    /// <param name="section">Name of the section; empty for settings without a prefix.</param>
    public static OptionsBuilder<TOptions> AddSettings<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        return services.AddSettings<TOptions>(section);
    }
}
