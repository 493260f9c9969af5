using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Journal;

internal static class JournalServices
{
    /// <summary>Adds the journal and its replay.</summary>
    public static IServiceCollection AddJournal(this IServiceCollection services)
    {
        services.AddSingleton<RouterJournal>();
        services.AddSingleton<JournalReplay>();
        return services;
    }
}
