using System.Net;

namespace Goim.Client;

/// <summary>A call that was not done. The message is the app's own sentence, or says why there is none.</summary>
public sealed class GoimException : Exception
{
    internal GoimException(string message, HttpStatusCode? status, PushResult? result, Exception? inner)
        : base(message, inner)
    {
        Status = status;
        Result = result;
    }

    /// <summary>Status of the last answer. Null if there was none.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>What is on the topic all the same: for pushes and kicks. Null for other calls.</summary>
    public PushResult? Result { get; }
}
