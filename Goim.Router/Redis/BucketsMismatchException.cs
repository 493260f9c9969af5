namespace Goim.Router.Redis;

/// <summary>Redis has sessions of nodes with another number of buckets.</summary>
internal sealed class BucketsMismatchException(int ours, int theirs)
    : Exception($"RouterNode__Buckets is {ours}: expected {theirs}, as the sessions in Redis are spread.");
