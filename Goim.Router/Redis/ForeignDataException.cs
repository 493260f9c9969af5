namespace Goim.Router.Redis;

/// <summary>A key of the node holds a value that no node has written.</summary>
internal sealed class ForeignDataException() : Exception("Redis holds foreign data in the node's keys.");
