using Goim.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Journal;

internal static class JournalServices
{
    /// <summary>Adds the journal and its replay, and what polls it.</summary>
    public static IServiceCollection AddJournal(this IServiceCollection services)
    {
        services.AddSettings<JournalOptions>(JournalOptions.Section);
        services.AddSingleton<RouterJournal>();
        services.AddSingleton<JournalReplay>();
        services.AddHostedService<QueueCreation>();
        services.AddHostedService<JournalPoller>();
        return services;
    }
}
