using System.Security.Cryptography;
using Google.Protobuf;

namespace Goim.Logic.Sessions;

/// <summary>Makes request ids for many puts. A call of the random number generator is slow, so it fills many ids at once.</summary>
internal sealed class NewRequestIds
{
    private const int IdsAtOnce = 64;

    private readonly byte[] random = new byte[IdsAtOnce * RequestId.Bytes];
    private int next = IdsAtOnce * RequestId.Bytes;

    /// <summary>A new id.</summary>
    public ByteString Next()
    {
        if (next == random.Length)
        {
            RandomNumberGenerator.Fill(random);
            next = 0;
        }

        var id = ByteString.CopyFrom(random, next, RequestId.Bytes);
        next += RequestId.Bytes;
        return id;
    }
}
