namespace Goim.Logic.Facade;

/// <summary>Settings <c>Facade__*</c>: limits of the calls that comets make.</summary>
public sealed class FacadeOptions
{
    public const string Section = "Facade";

    /// <summary>
    /// Most calls under way at once in this process that are no pushes and reach the router nodes: 1 to 100,000, 1,000 unless set. One
    /// more is refused.
    /// </summary>
    public int MaxConcurrent { get; init; } = 1_000;
}
