using System.Diagnostics.CodeAnalysis;

namespace Goim.Logic;

/// <summary>The outcome of an operation: a value, or the problem that prevented it. The default is a problem, and never a value.</summary>
public readonly struct Outcome<T>
{
    private readonly T? value;

    // Problem.None if there is a value. A field of its own would make every state machine that holds an outcome larger.
    private readonly Problem? problem;

    private Outcome(T? value, Problem? problem)
    {
        this.value = value;
        this.problem = problem;
    }

    public static implicit operator Outcome<T>(T value) => new(value, Problem.None);

    public static implicit operator Outcome<T>(Problem problem) => new(default, problem);

    /// <summary>True and the value, or false and the problem.</summary>
    [SuppressMessage("Design", "CA1021", Justification = "The shape of a Try method.")]
    public bool Is([MaybeNullWhen(false)] out T result, [NotNullWhen(false)] out Problem? failure)
    {
        result = value;
        failure = ReferenceEquals(problem, Problem.None) ? null : problem ?? Problem.Unknown;
        return failure is null;
    }
}
