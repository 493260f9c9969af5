namespace Goim.Logic.Access;

/// <summary>The scopes as settings and errors name them.</summary>
internal static class ScopeNames
{
    /// <summary>All names, for a message.</summary>
    public const string Expected = "push.user, push.room, push.all, comet, read or admin";

    private static readonly (string Name, Scope Scope)[] Names =
    [
        ("push.user", Scope.PushUser), ("push.room", Scope.PushRoom), ("push.all", Scope.PushAll),
        ("comet", Scope.Comet), ("read", Scope.Read), ("admin", Scope.Admin),
    ];

    /// <summary>The names of one scope, or of several with "or" between them.</summary>
    public static string Of(Scope scopes) =>
        string.Join(" or ", Names.Where(name => scopes.HasFlag(name.Scope)).Select(static name => name.Name));

    /// <summary>The scopes of a list such as <c>push.user,read</c>. Unknown names count nothing.</summary>
    public static Scope ParseAll(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries).Aggregate(Scope.None, static (all, name) => all | Parse(name));

    /// <summary>The scope of a name. <see cref="Scope.None"/> if there is none.</summary>
    public static Scope Parse(string name) =>
        Array.Find(Names, each => each.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Scope;
}
