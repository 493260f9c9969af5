namespace Goim.Comet.Delivery;

/// <summary>Something that the thread of a lane does. One object may be given to all lanes.</summary>
internal abstract class LaneWork
{
    public abstract void Run(Lane lane);
}
