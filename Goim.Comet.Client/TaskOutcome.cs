namespace Goim.Comet.Client;

/// <summary>Tasks whose failure is no news.</summary>
internal static class TaskOutcome
{
    /// <summary>Waits for the end of a task, whatever it is. A failure is not reported as unobserved.</summary>
    public static async Task EndAsync(this Task task)
    {
        await Task.WhenAny(task).ConfigureAwait(false);
        _ = task.Exception;
    }
}
