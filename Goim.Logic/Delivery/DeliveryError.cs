using Confluent.Kafka;

namespace Goim.Logic.Delivery;

/// <summary>Which of a producer's errors mean that a record is certainly not on the topic.</summary>
internal static class DeliveryError
{
    /// <summary>False for whatever leaves it open: above all every timeout, since the broker may have appended what it did not answer for.</summary>
    // librdkafka's status alone does not tell: it reports "not persisted" also for records whose last try timed out.
    public static bool IsRefusal(Error error, PersistenceStatus status) => status == PersistenceStatus.NotPersisted && error.Code switch
    {
        ErrorCode.MsgSizeTooLarge or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition or ErrorCode.UnknownTopicOrPart => true,
        ErrorCode.TopicException or ErrorCode.RecordListTooLarge or ErrorCode.InvalidMsg or ErrorCode.InvalidMsgSize => true,
        ErrorCode.InvalidTimestamp or ErrorCode.InvalidRecord or ErrorCode.PolicyViolation or ErrorCode.UnsupportedCompressionType => true,
        ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed or ErrorCode.UnsupportedForMessageFormat => true,
        _ => false,
    };
}
