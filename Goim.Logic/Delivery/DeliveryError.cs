using Confluent.Kafka;

namespace Goim.Logic.Delivery;

/// <summary>Tells what a producer's error means for a record.</summary>
internal static class DeliveryError
{
    /// <summary>True for a refusal. False for every error after which the record may be on the topic, above all every timeout.</summary>
    // librdkafka's status alone is not enough: it is "not persisted" also for a record whose last attempt timed out.
    public static bool IsRefusal(Error error, PersistenceStatus status) => status == PersistenceStatus.NotPersisted && error.Code switch
    {
        ErrorCode.MsgSizeTooLarge or ErrorCode.Local_UnknownTopic => true,
        ErrorCode.Local_UnknownPartition or ErrorCode.UnknownTopicOrPart or ErrorCode.UnknownTopicId => true,
        ErrorCode.TopicException or ErrorCode.RecordListTooLarge or ErrorCode.InvalidMsg or ErrorCode.InvalidMsgSize => true,
        ErrorCode.InvalidTimestamp or ErrorCode.InvalidRecord or ErrorCode.PolicyViolation or ErrorCode.UnsupportedCompressionType => true,
        ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed or ErrorCode.UnsupportedForMessageFormat => true,
        _ => false,
    };

    /// <summary>True if nothing was said about the record until its time was over.</summary>
    public static bool IsTimeout(ErrorCode error) =>
        error is ErrorCode.Local_MsgTimedOut or ErrorCode.Local_TimedOut or ErrorCode.Local_TimedOutQueue or ErrorCode.RequestTimedOut;
}
