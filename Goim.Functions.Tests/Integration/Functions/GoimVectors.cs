namespace Goim.Functions.Tests.Integration.Functions;

// The cases in four classes, so that they run beside each other.
public sealed class GoimPushVectors : GoimVectorTests
{
    public static TheoryData<string> Names => NamesStartingWith("push/", "route/");

    [Theory]
    [MemberData(nameof(Names))]
    public Task Does_what_goim_did(string name) => RunAsync(name);
}

public sealed class GoimPushsVectors : GoimVectorTests
{
    public static TheoryData<string> Names => NamesStartingWith("pushs/");

    [Theory]
    [MemberData(nameof(Names))]
    public Task Does_what_goim_did(string name) => RunAsync(name);
}

public sealed class GoimRoomVectors : GoimVectorTests
{
    public static TheoryData<string> Names => NamesStartingWith("room/", "all/");

    [Theory]
    [MemberData(nameof(Names))]
    public Task Does_what_goim_did(string name) => RunAsync(name);
}

public sealed class GoimServerVectors : GoimVectorTests
{
    public static TheoryData<string> Names => NamesStartingWith("count/", "serverdel/", "down/");

    [Theory]
    [MemberData(nameof(Names))]
    public Task Does_what_goim_did(string name) => RunAsync(name);

    [Fact]
    public void Every_case_runs_in_one_of_the_classes() => Assert.Equal(
        Vector.Names.Count(),
        Names.Count + GoimPushVectors.Names.Count + GoimPushsVectors.Names.Count + GoimRoomVectors.Names.Count);

    [Fact]
    public void Every_superseded_case_is_one_of_the_vectors() => Assert.Empty(SupersededNames.Except(Vector.Names));
}
