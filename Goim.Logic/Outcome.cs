using System.Diagnostics.CodeAnalysis;

namespace Goim.Logic;

/// <summary>What a call gave: a value, or the problem that stands in for it.</summary>
public readonly struct Outcome<T>
{
    private readonly T? value;
    private readonly Problem? problem;

    private Outcome(T? value, Problem? problem)
    {
        this.value = value;
        this.problem = problem;
    }

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Problem problem) => new(default, problem);

    /// <summary>True with the value, false with the problem.</summary>
    [SuppressMessage("Design", "CA1021", Justification = "The shape of a Try method.")]
    public bool Is([MaybeNullWhen(false)] out T result, [NotNullWhen(false)] out Problem? because)
    {
        result = value;
        because = problem;
        return problem is null;
    }
}
