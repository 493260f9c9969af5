using Goim.Settings;

namespace Goim.Logic.Push;

/// <summary>Kinds of push, one for each route.</summary>
public enum PushKind
{
    /// <summary><c>/1/push</c></summary>
    User,

    /// <summary><c>/1/pushs</c></summary>
    Users,

    /// <summary><c>/1/push/room</c></summary>
    Room,

    /// <summary><c>/1/push/all</c></summary>
    All,

    /// <summary><c>/1/push/key</c></summary>
    Key,

    /// <summary><c>/1/push/rooms</c></summary>
    Rooms,
}

/// <summary>When a push is answered.</summary>
[SettingValues("queue", "broker")]
public enum PushAck
{
    /// <summary>When its records are handed to the Kafka output binding.</summary>
    Queue,

    /// <summary>When a broker has acknowledged each of its records.</summary>
    Broker,
}
