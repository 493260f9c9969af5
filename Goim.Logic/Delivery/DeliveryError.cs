using Confluent.Kafka;

namespace Goim.Logic.Delivery;

/// <summary>Tells which producer errors mean that a record is certainly not on the topic.</summary>
internal static class DeliveryError
{
    /// <summary>True for a refusal. False for every error after which the record may be on the topic, above all every timeout.</summary>
    // librdkafka's status alone is not enough: it is "not persisted" also for a record whose last attempt timed out.
    public static bool IsRefusal(Error error, PersistenceStatus status) => status == PersistenceStatus.NotPersisted && error.Code switch
    {
        ErrorCode.MsgSizeTooLarge or ErrorCode.Local_UnknownTopic => true,
        ErrorCode.Local_UnknownPartition or ErrorCode.UnknownTopicOrPart => true,
        ErrorCode.TopicException or ErrorCode.RecordListTooLarge or ErrorCode.InvalidMsg or ErrorCode.InvalidMsgSize => true,
        ErrorCode.InvalidTimestamp or ErrorCode.InvalidRecord or ErrorCode.PolicyViolation or ErrorCode.UnsupportedCompressionType => true,
        ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed or ErrorCode.UnsupportedForMessageFormat => true,
        _ => false,
    };
}
