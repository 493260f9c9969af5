using System.Diagnostics;

namespace Goim.Router.Redis;

/// <summary>
/// Notices that Redis hangs: it keeps connections open and answers nothing. Then calls fail at once instead of one timeout later.
/// </summary>
internal sealed class HangDetection(Func<Task<bool>> ping)
{
    private long lastAnswer;
    private int isHanging;

    public bool IsHanging => Volatile.Read(ref isHanging) == 1;

    /// <summary>Redis has answered a command.</summary>
    public void Answered() => Volatile.Write(ref lastAnswer, Stopwatch.GetTimestamp());

    /// <summary>
    /// A command has timed out. Redis hangs only if it has answered nothing since then: not if this one command took too long, and not if
    /// Redis has hung and answers again.
    /// </summary>
    /// <param name="sent">Timestamp of <see cref="Stopwatch"/> when the command was sent.</param>
    public void TimedOut(long sent)
    {
        if (Volatile.Read(ref lastAnswer) < sent && Interlocked.Exchange(ref isHanging, 1) == 0)
        {
            _ = PingUntilAnsweredAsync();
        }
    }

    private async Task PingUntilAnsweredAsync()
    {
        while (!await ping())
        {
            await Task.Delay(RedisConfiguration.RetryPeriod);
        }

        Answered();
        Volatile.Write(ref isHanging, 0);
    }
}
