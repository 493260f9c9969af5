using Confluent.Kafka;
using Goim.Logic.Delivery;

namespace Goim.Functions.Tests.Unit.Delivery;

public sealed class DeliveryResultTests
{
    [Theory]
    [InlineData("Kafka did not acknowledge 2 of 2 records in time (Local_MsgTimedOut)", ErrorCode.Local_MsgTimedOut)]
    [InlineData("Kafka did not acknowledge 2 of 2 records in time (Local_TimedOut)", ErrorCode.Local_TimedOut)]
    [InlineData("Kafka did not acknowledge 2 of 2 records (InvalidRequiredAcks)", ErrorCode.InvalidRequiredAcks)]
    [InlineData(
        "Kafka did not acknowledge 2 of 2 records (Local_MsgTimedOut, PolicyViolation)",
        ErrorCode.Local_MsgTimedOut,
        ErrorCode.PolicyViolation)]
    [InlineData("this instance stopped before Kafka acknowledged 2 of 2 records", ErrorCode.Local_Destroy)]
    public void In_time_is_said_only_if_the_time_was_over(string expected, params ErrorCode[] errors)
    {
        var result = new DeliveryResult(DeliveryOutcome.Unknown, default, 2, errors);

        Assert.Equal(
            $"{expected}: whether they are on the topic is not known, a repeated call may send them twice.", result.Problem()!.Error);
        Assert.Equal(
            $"{expected.Replace("2 of 2 records", "the pushes before it", StringComparison.Ordinal)}: nothing was sent, repeat it.",
            result.NotTried().Error);
    }

    [Fact]
    public void Every_error_is_named_once()
    {
        var delivery = new PendingDelivery(4);
        delivery.Refuse(2, 4, ErrorCode.TopicAuthorizationFailed);

        Assert.Equal([ErrorCode.Local_TimedOut, ErrorCode.TopicAuthorizationFailed], delivery.Result(ErrorCode.Local_TimedOut).Errors);
    }
}
