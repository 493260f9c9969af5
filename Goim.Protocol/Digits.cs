namespace Goim.Protocol;

/// <summary>How many characters an integer takes in decimal, sign included.</summary>
internal static class Digits
{
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
