namespace Goim.Comet.Client;

/// <summary>What .NET has and .NET Standard 2.0 lacks.</summary>
internal static class TaskExtensions
{
    extension(Task)
    {
        public static Task Delay(TimeSpan delay, TimeProvider time, CancellationToken cancellationToken) =>
            time.Delay(delay, cancellationToken);
    }
}
