using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Goim.Router.Memory;

/// <summary>Puts a user's sessions into ascending order of seq.</summary>
internal static class SeqOrder
{
    /// <summary>Sorts <paramref name="count"/> elements from <paramref name="start"/> on, which are usually in descending order.</summary>
    public static void Sort(RepeatedField<int> seqs, RepeatedField<int> servers, int start, int count)
    {
        if (count < 2)
        {
            return;
        }

        var keys = UnsafeCollectionOperations.AsSpan(seqs).Slice(start, count);
        var items = UnsafeCollectionOperations.AsSpan(servers).Slice(start, count);
        keys.Reverse();
        items.Reverse();
        if (!IsAscending(keys))
        {
            keys.Sort(items);
        }
    }

    private static bool IsAscending(ReadOnlySpan<int> seqs)
    {
        for (var i = 1; i < seqs.Length; i++)
        {
            if (seqs[i - 1] > seqs[i])
            {
                return false;
            }
        }

        return true;
    }
}
