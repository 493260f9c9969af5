using Google.Protobuf.Collections;

namespace Goim.Router.Memory;

/// <summary>Puts a user's sessions into ascending order of seq.</summary>
internal static class SeqOrder
{
    /// <summary>Sorts the elements from <paramref name="start"/> on, which are usually in descending order.</summary>
    public static void Sort(RepeatedField<int> seqs, RepeatedField<int> servers, int start)
    {
        for (var (low, high) = (start, seqs.Count - 1); low < high; low++, high--)
        {
            (seqs[low], seqs[high]) = (seqs[high], seqs[low]);
            (servers[low], servers[high]) = (servers[high], servers[low]);
        }

        if (IsAscending(seqs, start))
        {
            return;
        }

        var (keys, items) = (seqs.Skip(start).ToArray(), servers.Skip(start).ToArray());
        Array.Sort(keys, items);
        for (var i = 0; i < keys.Length; i++)
        {
            (seqs[start + i], servers[start + i]) = (keys[i], items[i]);
        }
    }

    private static bool IsAscending(RepeatedField<int> seqs, int start)
    {
        for (var i = start + 1; i < seqs.Count; i++)
        {
            if (seqs[i - 1] > seqs[i])
            {
                return false;
            }
        }

        return true;
    }
}
