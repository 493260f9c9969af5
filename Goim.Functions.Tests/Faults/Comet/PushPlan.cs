namespace Goim.Functions.Tests.Faults.Comet;

/// <summary>Pushes of all four kinds by several senders, and what each user must get of them. A user's room is its last digit.</summary>
internal sealed class PushPlan
{
    private readonly PlannedPush[][] bySender;

    /// <param name="senders">How many senders there are, each of which waits for the answer before its next push.</param>
    /// <param name="pushes">How many pushes each of them makes.</param>
    /// <param name="users">The users are 1 to this number.</param>
    public PushPlan(int senders, int pushes, int users)
    {
        var random = new Random(1917);
        bySender = [.. Enumerable.Range(0, senders)
            .Select(sender => Enumerable.Range(0, pushes).Select(number => Plan(random, sender, number, users)).ToArray())];
    }

    public int Senders => bySender.Length;

    /// <summary>The pushes of a sender, in order.</summary>
    public IReadOnlyList<PlannedPush> Of(int sender) => bySender[sender];

    /// <summary>The messages that a user must get of each sender, in order.</summary>
    public Queue<string>[] For(long user) =>
    [
        .. bySender.Select(pushes => new Queue<string>(pushes.Where(push => push.IsFor(user)).Select(push => push.Message))),
    ];

    private static PlannedPush Plan(Random random, int sender, int number, int users)
    {
        var user = random.Next(1, users + 1);
        var several = Enumerable.Range(user, random.Next(1, 20)).Select(each => (long)each).ToHashSet();
        return random.Next(20) switch
        {
            < 8 => new($"push?uid={user}", $"{sender}:{number} user {user}", each => each == user),
            < 14 => new("pushs", $"\"{sender}:{number} users from {user}\"", several.Contains) { Users = several },
            < 19 => new($"push/room?rid={user % 10}", $"{sender}:{number} room {user % 10}", each => each % 10 == user % 10),
            _ => new("push/all", $"{sender}:{number} all", static _ => true),
        };
    }
}

/// <param name="Route">Below <c>/1/</c>.</param>
/// <param name="Message">What its clients get. It begins with the sender's number and a colon, in quotes where it is JSON.</param>
/// <param name="IsFor">Whether a user gets it.</param>
internal sealed record PlannedPush(string Route, string Message, Func<long, bool> IsFor)
{
    /// <summary>The users of a push to several; null for another kind.</summary>
    public IReadOnlyCollection<long>? Users { get; init; }

    /// <summary>The body of the request.</summary>
    public string Body => Users is null ? Message : $$"""{"m":{{Message}},"u":[{{string.Join(',', Users)}}]}""";
}
