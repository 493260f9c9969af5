namespace Goim.Comet.Delivery;

/// <summary>Lets the reading of a client wait while it takes no replies.</summary>
internal struct ReplyWait
{
    private const int MaxReplies = 64;
    private TaskCompletionSource? few;

    /// <summary>Whether so many replies wait that the client's packets are not read.</summary>
    /// <param name="replies">Replies in the queue.</param>
    public static bool IsNeeded(int replies) => replies >= MaxReplies;

    /// <summary>Completes when few replies wait.</summary>
    /// <param name="replies">Replies in the queue.</param>
    public ValueTask UntilFewAsync(int replies) => IsNeeded(replies)
        ? new ValueTask((few ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task)
        : ValueTask.CompletedTask;

    /// <summary>Ends the wait if few replies are left.</summary>
    /// <param name="replies">Replies in the queue.</param>
    public void Note(int replies)
    {
        if (few is not null && !IsNeeded(replies))
        {
            few.TrySetResult();
            few = null;
        }
    }
}
