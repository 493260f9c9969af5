using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Goim.Logic.Input;
using Google.Protobuf;

namespace Goim.Logic.Sessions;

/// <summary>
/// The request id of a put: 16 bytes. A repeat with the same id gets the same session, for 60 s. In JSON it has 32 hex digits.
/// </summary>
internal static class RequestId
{
    /// <summary>What an error says where a request id is expected.</summary>
    public const string Expected = "32 hex digits";

    public const int Bytes = 16;

    public static ByteString New() => UnsafeByteOperations.UnsafeWrap(RandomNumberGenerator.GetBytes(Bytes));

    public static string Text(ByteString requestId) => Convert.ToHexStringLower(requestId.Span);

    /// <summary>Reads the optional member <c>requestId</c>. Empty if it is missing.</summary>
    public static bool TryRead(JsonBody members, out ByteString requestId, [NotNullWhen(false)] out Problem? problem)
    {
        (requestId, problem) = (ByteString.Empty, null);
        if (!members.Has("requestId"))
        {
            return true;
        }

        if (!members.TryGetString("requestId", out var text, out problem))
        {
            return false;
        }

        problem = TryParse(text, out requestId) ? null : members.WrongText("requestId", text, Expected);
        return problem is null;
    }

    /// <summary>Reads 32 hex digits.</summary>
    public static bool TryParse(string text, out ByteString requestId)
    {
        var bytes = new byte[Bytes];
        var isRead = text.Length == 2 * Bytes && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done;
        requestId = isRead ? UnsafeByteOperations.UnsafeWrap(bytes) : ByteString.Empty;
        return isRead;
    }
}
