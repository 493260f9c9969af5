using Goim.Logic.Access;
using Goim.Logic.Delivery;
using Goim.Logic.Events;
using Goim.Logic.Facade;
using Goim.Logic.Idempotency;
using Goim.Logic.Journal;
using Goim.Logic.Kicks;
using Goim.Logic.Monitor;
using Goim.Logic.Push;
using Goim.Logic.Push.Batch;
using Goim.Logic.Rooms;
using Goim.Logic.Routing;
using Goim.Logic.Sessions;
using Goim.Logic.Storage;
using Goim.Logic.Telemetry;
using Goim.Logic.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Goim.Logic;

/// <summary>Registers the logic tier: everything that the functions need. Settings are checked at start.</summary>
public static class GoimServices
{
    /// <summary>Adds every feature of the logic tier. Needs <c>AddMetrics</c>, which every host builder calls.</summary>
    public static IServiceCollection AddGoim(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddGoimMetrics()
            .AddAccess()
            .AddStorage()
            .AddRouterClient()
            .AddJournal()
            .AddTokens()
            .AddSessions()
            .AddDelivery()
            .AddEvents()
            .AddIdempotency()
            .AddPush()
            .AddPushBatch()
            .AddFacade()
            .AddKicks()
            .AddRooms()
            .AddMonitor();
    }
}
