namespace Goim.Protocol;

/// <summary>Length of an integer as decimal text.</summary>
internal static class Digits
{
    /// <summary>Number of characters that <paramref name="value"/> takes in decimal, the minus sign included.</summary>
    public static int Count(long value)
    {
        var count = value < 0 ? 2 : 1;
        for (var rest = value < 0 ? (ulong)-(value + 1) + 1 : (ulong)value; rest >= 10; rest /= 10)
        {
            count++;
        }

        return count;
    }
}
