namespace Goim.Benchmarks.Targets;

/// <summary>What is to be measured does not start or does not answer; the message is a sentence for the person at the terminal.</summary>
internal sealed class TargetFailure(string message, Exception? inner = null) : Exception(message, inner);
