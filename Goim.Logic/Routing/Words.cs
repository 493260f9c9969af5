using System.Numerics;
using System.Runtime.Intrinsics;

namespace Goim.Logic.Routing;

/// <summary>What a hash of 32-bit words is computed in: one word, or the words of several messages side by side.</summary>
internal interface IWords<TSelf>
    where TSelf : struct, IWords<TSelf>
{
    /// <summary>The same word for all.</summary>
    static abstract TSelf Of(uint word);

    static abstract TSelf Left(TSelf words, int bits);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator &(TSelf left, TSelf right);

    static abstract TSelf operator |(TSelf left, TSelf right);

    static abstract TSelf operator ^(TSelf left, TSelf right);
}

internal readonly record struct OneWord(uint Value) : IWords<OneWord>
{
    public static OneWord Of(uint word) => new(word);

    public static OneWord Left(OneWord words, int bits) => new(BitOperations.RotateLeft(words.Value, bits));

    public static OneWord operator +(OneWord left, OneWord right) => new(left.Value + right.Value);

    public static OneWord operator &(OneWord left, OneWord right) => new(left.Value & right.Value);

    public static OneWord operator |(OneWord left, OneWord right) => new(left.Value | right.Value);

    public static OneWord operator ^(OneWord left, OneWord right) => new(left.Value ^ right.Value);
}

internal readonly record struct EightWords(Vector256<uint> Values) : IWords<EightWords>
{
    public static EightWords Of(uint word) => new(Vector256.Create(word));

    public static EightWords Left(EightWords words, int bits) => new((words.Values << bits) | (words.Values >>> (32 - bits)));

    public static EightWords operator +(EightWords left, EightWords right) => new(left.Values + right.Values);

    public static EightWords operator &(EightWords left, EightWords right) => new(left.Values & right.Values);

    public static EightWords operator |(EightWords left, EightWords right) => new(left.Values | right.Values);

    public static EightWords operator ^(EightWords left, EightWords right) => new(left.Values ^ right.Values);
}
