using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Rooms;

internal static class RoomServices
{
    /// <summary>Adds changes of rooms, and who is in a room.</summary>
    public static IServiceCollection AddRooms(this IServiceCollection services) =>
        services.AddSingleton<RoomMover>().AddSingleton<ChangeRequests>().AddSingleton<RoomUsers>();
}
