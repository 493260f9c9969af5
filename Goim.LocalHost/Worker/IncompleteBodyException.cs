namespace Goim.LocalHost.Worker;

/// <summary>The body of a request did not arrive. The message is the sentence for the caller and the log.</summary>
internal sealed class IncompleteBodyException(string sentence, Exception cause) : Exception(sentence, cause);
