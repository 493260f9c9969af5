using System.Diagnostics.CodeAnalysis;

namespace Goim.Logic;

/// <summary>The outcome of an operation: a value, or the problem that prevented it.</summary>
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

    /// <summary>True and the value, or false and the problem.</summary>
    [SuppressMessage("Design", "CA1021", Justification = "The shape of a Try method.")]
    public bool Is([MaybeNullWhen(false)] out T result, [NotNullWhen(false)] out Problem? failure)
    {
        result = value;
        failure = problem;
        return problem is null;
    }
}
