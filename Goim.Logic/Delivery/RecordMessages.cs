namespace Goim.Logic.Delivery;

/// <summary>Messages that are used again. As many are kept as threads send at the same time, up to a limit.</summary>
internal sealed class RecordMessages
{
    private const int MaxKept = 32;

    private readonly Lock gate = new();
    private readonly Stack<RecordMessage> kept = new();

    public RecordMessage Take()
    {
        lock (gate)
        {
            if (kept.TryPop(out var message))
            {
                return message;
            }
        }

        return new RecordMessage();
    }

    public void Return(RecordMessage message)
    {
        message.Clear();
        lock (gate)
        {
            if (kept.Count < MaxKept)
            {
                kept.Push(message);
            }
        }
    }
}
