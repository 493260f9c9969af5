namespace Goim.Benchmarks.Targets;

/// <summary>A target cannot be measured: a wrong option, or a process that does not start or answer. The message is for the user.</summary>
internal sealed class TargetFailure(string message, Exception? inner = null) : Exception(message, inner);
