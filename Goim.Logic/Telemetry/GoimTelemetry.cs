using System.Diagnostics;

namespace Goim.Logic.Telemetry;

/// <summary>Where this project's spans are found.</summary>
public static class GoimTelemetry
{
    /// <summary>Name of the <see cref="ActivitySource"/> and of the meter.</summary>
    public const string Name = "Goim";

    /// <summary>The app's <c>service.name</c>.</summary>
    public const string Service = "goim-functions";

    internal static readonly ActivitySource Source = new(Name);
}
