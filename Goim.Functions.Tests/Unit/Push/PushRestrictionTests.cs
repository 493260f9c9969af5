using System.Runtime.CompilerServices;
using System.Text;
using Goim.Logic.Push;
using Goim.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Unit.Push;

public sealed class PushRestrictionTests
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_999));

    [Theory]
    [InlineData(PushKind.User, ",\"expires\":1790000001999")]
    [InlineData(PushKind.Users, ",\"expires\":1790000001999")]
    [InlineData(PushKind.Room, ",\"except\":[\"-7_2\",\"42_1\"],\"expires\":1790000001999")]
    [InlineData(PushKind.Rooms, ",\"except\":[\"-7_2\",\"42_1\"],\"expires\":1790000001999")]
    [InlineData(PushKind.All, ",\"except\":[\"-7_2\",\"42_1\"],\"expires\":1790000001999")]
    public void Records_for_rooms_and_all_name_those_left_out_and_those_for_users_do_not(PushKind kind, string expected) =>
        Assert.Equal(expected, Encoding.ASCII.GetString(Of(kind, 1, new(42, 1), new(-7, 2), new(42, 1)).Tail(kind, time)!));

    [Fact]
    public void Users_without_a_time_to_live_have_goims_records() =>
        Assert.Null(Of(PushKind.Users, null, new SubKey(42, 1)).Tail(PushKind.Users, time));

    [Fact]
    public void Nothing_restricts_nothing()
    {
        Assert.True(PushRestriction.Of(PushKind.All, null, null).Is(out var none, out _));
        Assert.Null(none);
    }

    [Fact]
    public void A_connection_is_left_out_by_user_and_seq()
    {
        var restriction = Of(PushKind.Users, null, new(42, 3), new(long.MinValue, 1), new(42, 1), new(long.MaxValue, int.MaxValue));

        Assert.All<SubKey>(
            [new(42, 1), new(42, 3), new(long.MinValue, 1), new(long.MaxValue, int.MaxValue)],
            key => Assert.True(restriction.Excepts(key)));
        Assert.All<SubKey>([new(42, 2), new(1, 42), new(43, 1), new(0, 0)], key => Assert.False(restriction.Excepts(key)));
    }

    [Fact]
    public void A_fingerprint_tells_restrictions_apart_and_not_their_order()
    {
        var (one, other) = (new SubKey(1, 2), new SubKey(3, 4));
        Assert.Equal(Of(PushKind.All, 5, one, other).ToString(), Of(PushKind.All, 5, other, one, one).ToString());
        Assert.Equal(
            4,
            new[]
            {
                Of(PushKind.All, 5, one), Of(PushKind.All, 6, one), Of(PushKind.All, null, one), Of(PushKind.All, 5),
            }.Select(restriction => restriction.ToString()).Distinct().Count());
    }

    // Each state machine of a push holds one.
    [Fact]
    public void A_target_takes_24_bytes_and_its_plan_40() =>
        Assert.Equal((24, 40), (Unsafe.SizeOf<PushTarget>(), Unsafe.SizeOf<PushPlan>()));

    private static PushRestriction Of(PushKind kind, int? seconds, params SubKey[] except) =>
        PushRestriction.Of(kind, except.Length == 0 ? null : [.. except], seconds).Is(out var restriction, out var problem)
            ? restriction!
            : throw new InvalidOperationException(problem.Error);
}
