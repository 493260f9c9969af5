using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>
/// Names the data in Redis: the key <c>goim:store</c> is "id model buckets". The first node writes it, so the id changes when the data is
/// lost. A node uses no data of another model or number of buckets.
/// </summary>
/// <remarks>Before model 2 the value was the id alone.</remarks>
/// <param name="buckets">RouterNode__Buckets.</param>
internal sealed partial class RedisStore(int buckets)
{
    /// <summary>The version of the data model. It is a part of every key, so that the models do not meet.</summary>
    public const int Model = 3;

    /// <summary>Start of every key but <c>goim:store</c>.</summary>
    public const string Prefix = "goim3";

    /// <summary>Sorted set of the leases of comet servers.</summary>
    public static readonly RedisKey LeasesKey = $"{Prefix}:leases";

    /// <summary>Hash of how often each comet server was forgotten.</summary>
    public static readonly RedisKey EpochsKey = $"{Prefix}:epochs";

    private static readonly RedisKey Key = "goim:store";

    // KEYS: 1 goim:store. ARGV: 1 our model, 2 value to write if there is none or an older model's. Returns the value.
    private static readonly RedisScript Claim = RedisScript.WriteWhenFull(
        "store_claim",
        """
        local value = redis.call('GET', KEYS[1])
        local model = value and (string.match(value, '^[0-9a-f]+ (%d+) %d') or (string.match(value, '^[0-9a-f]+$') and 1))
        if value and not model then return redis.error_reply('FOREIGN ' .. KEYS[1] .. ' holds a value that is not the node\'s own.') end
        if value and tonumber(model) >= tonumber(ARGV[1]) then return value end
        redis.call('SET', KEYS[1], ARGV[2])
        return ARGV[2]
        """);

    private volatile string id = "";

    /// <summary>The id when it was last read: 16 hex digits; empty before that.</summary>
    public string Id => id;

    /// <summary>Reads the id, and writes one if there is none, or one of an older model.</summary>
    /// <exception cref="StoreMismatchException">The data is of another model or number of buckets.</exception>
    public async Task CheckAsync(IDatabase database)
    {
        var value = (string?)await database.StringGetAsync(Key);
        if (value is null || StoreValue().Match(value) is not { Success: true } known || Number(known.Groups[2]) < Model)
        {
            var ours = string.Create(
                CultureInfo.InvariantCulture, $"{RandomNumberGenerator.GetHexString(16, lowercase: true)} {Model} {buckets}");
            value = (string)(await Claim.RunAsync(database, [Key], [Model, ours]))!;
        }

        var parts = StoreValue().Match(value);
        if (!parts.Success)
        {
            throw new ForeignDataException();
        }

        var (model, theirs) = (Number(parts.Groups[2]), Number(parts.Groups[3]));
        if (model != Model)
        {
            throw new StoreMismatchException(
                "model", $"The data in Redis is of model {model}: expected {Model} (all router nodes must be of the same version).");
        }

        if (theirs != buckets)
        {
            throw new StoreMismatchException(
                "buckets", $"RouterNode__Buckets is {buckets}: expected {theirs}, as the sessions in Redis are spread.");
        }

        id = parts.Groups[1].Value;
    }

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    // A later model may add to it.
    [GeneratedRegex("^([0-9a-f]+) ([0-9]{1,9}) ([0-9]{1,9})( .*)?$")]
    private static partial Regex StoreValue();
}

/// <summary>The data in Redis is another version's, or that of nodes with other settings.</summary>
/// <param name="reason">The reason that the call's caller is told.</param>
/// <param name="message">One sentence.</param>
internal sealed class StoreMismatchException(string reason, string message) : Exception(message)
{
    public string Reason { get; } = reason;
}
