using System.Numerics;
using System.Runtime.Intrinsics;

namespace Goim.Logic.Routing.Ring;

/// <summary>32-bit words that SHA-1 is computed in: one lane for one message, or eight lanes for eight messages at once.</summary>
internal interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>The same word in every lane.</summary>
    static abstract TSelf Of(uint word);

    static abstract TSelf RotateLeft(TSelf words, int bits);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator &(TSelf left, TSelf right);

    static abstract TSelf operator |(TSelf left, TSelf right);

    static abstract TSelf operator ^(TSelf left, TSelf right);
}

internal readonly record struct OneLane(uint Value) : ILanes<OneLane>
{
    public static OneLane Of(uint word) => new(word);

    public static OneLane RotateLeft(OneLane words, int bits) => new(BitOperations.RotateLeft(words.Value, bits));

    public static OneLane operator +(OneLane left, OneLane right) => new(left.Value + right.Value);

    public static OneLane operator &(OneLane left, OneLane right) => new(left.Value & right.Value);

    public static OneLane operator |(OneLane left, OneLane right) => new(left.Value | right.Value);

    public static OneLane operator ^(OneLane left, OneLane right) => new(left.Value ^ right.Value);
}

internal readonly record struct EightLanes(Vector256<uint> Values) : ILanes<EightLanes>
{
    public static EightLanes Of(uint word) => new(Vector256.Create(word));

    public static EightLanes RotateLeft(EightLanes words, int bits) => new((words.Values << bits) | (words.Values >>> (32 - bits)));

    public static EightLanes operator +(EightLanes left, EightLanes right) => new(left.Values + right.Values);

    public static EightLanes operator &(EightLanes left, EightLanes right) => new(left.Values & right.Values);

    public static EightLanes operator |(EightLanes left, EightLanes right) => new(left.Values | right.Values);

    public static EightLanes operator ^(EightLanes left, EightLanes right) => new(left.Values ^ right.Values);
}
