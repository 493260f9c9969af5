using System.Collections.Specialized;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Goim.Functions.Http;
using Goim.Functions.Push;
using Goim.LocalHost;
using Goim.Logic.Input;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Tests.Integration.OpenApi;

/// <summary>
/// The names of query parameters, headers and members of JSON bodies that a method reads, and those that the methods it calls read: the
/// texts in its compiled code.
/// </summary>
internal sealed class ReadNames
{
    private static readonly Assembly[] Ours = [typeof(PushOutput).Assembly, typeof(RawQuery).Assembly, typeof(LocalHostApp).Assembly];
    private readonly HashSet<(Module, int)> seen = [];
    private readonly Queue<MethodBase> open = [];

    private ReadNames()
    {
    }

    public SortedSet<string> Query { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public SortedSet<string> Members { get; } = new(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">A name is no text in the code, or is read in a way that is not known here.</exception>
    public static ReadNames Of(MethodBase entry)
    {
        var names = new ReadNames();
        names.Reach(entry);
        while (names.open.TryDequeue(out var method))
        {
            names.Read(method);
        }

        return names;
    }

    private void Read(MethodBase method)
    {
        if (method.GetCustomAttribute<StateMachineAttribute>() is { StateMachineType: var machine })
        {
            Reach(machine.GetMethod("MoveNext", BindingFlags.Instance | BindingFlags.NonPublic)!);
        }

        var code = Instruction.Of(method);
        for (var i = 0; i < code.Count; i++)
        {
            if (code[i].Method is not { } called)
            {
                continue;
            }

            if (IsQuery(called))
            {
                Query.UnionWith(NamesAt(code, i, called.GetParameters().Length - 1, method));
            }
            else if (called.DeclaringType == typeof(Requests) && called.Name == nameof(Requests.ReadHeader))
            {
                Headers.UnionWith(NamesAt(code, i, 0, method));
            }
            else if (IsMember(called))
            {
                Members.UnionWith(NamesAt(code, i, called.GetParameters().Length - 1, method));
            }
            else if (called.DeclaringType == typeof(JsonArrayBody) && called.Name == nameof(JsonArrayBody.Parse))
            {
                Members.UnionWith(NamesAt(code, i, called.GetParameters().Length - 2, method));
            }
            else if (called == typeof(HttpRequestData).GetProperty(nameof(HttpRequestData.Headers))!.GetMethod)
            {
                throw new InvalidOperationException($"{Shown(method)} reads headers: expected {nameof(Requests.ReadHeader)} to do so.");
            }
            else if (called.DeclaringType != typeof(RawQuery) && called.DeclaringType != typeof(JsonBody))
            {
                Reach(called);
            }
        }
    }

    private static bool IsQuery(MethodBase called) =>
        !called.IsStatic && called.GetParameters() is [{ ParameterType: var first }, ..] && first == typeof(string)
        && (called.DeclaringType == typeof(RawQuery)
            || called.DeclaringType == typeof(IQueryCollection)
            || called.DeclaringType == typeof(NameValueCollection));

    private static bool IsMember(MethodBase called) =>
        called.DeclaringType == typeof(JsonBody) && called.GetParameters() is [{ Name: "name" }, ..]
        && (called.Name == nameof(JsonBody.Has) || called.Name.StartsWith("TryGet", StringComparison.Ordinal));

    private void Reach(MethodBase called)
    {
        if (!Ours.Contains(called.Module.Assembly) || !seen.Add((called.Module, called.MetadataToken)))
        {
            return;
        }

        if (called.IsAbstract && called.GetParameters().Any(static each => each.ParameterType == typeof(RawQuery)))
        {
            throw new InvalidOperationException($"{Shown(called)} is abstract and takes a query: expected a method with a body.");
        }

        open.Enqueue(called.Module.ResolveMethod(called.MetadataToken)!);
    }

    // The text that is the argument before the last ones. If it is a variable: the texts of the arrays that the type makes.
    private static string[] NamesAt(IReadOnlyList<Instruction> code, int call, int argumentsAfter, MethodBase method)
    {
        var at = call;
        for (var missing = argumentsAfter; missing > 0; missing -= code[at].Growth)
        {
            at--;
            if (code[at].IsBranch)
            {
                throw new InvalidOperationException($"{Shown(method)} reads a name that is not known: expected a plain call.");
            }
        }

        if (code[at - 1] is { Operand: string name })
        {
            return [name];
        }

        var type = method.DeclaringType!;
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        var names = ArraysOf(type).ToArray();
        return names.Length > 0
            ? names
            : throw new InvalidOperationException($"{Shown(method)} reads a name that is not known: expected a text or an array of texts.");
    }

    private static IEnumerable<string> ArraysOf(Type type)
    {
        const BindingFlags All =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        return type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)).SelectMany(static method =>
        {
            var code = Instruction.Of(method);
            return code.Where((each, i) => each.Operand is string && i + 1 < code.Count && code[i + 1].Code == OpCodes.Stelem_Ref)
                .Select(static each => (string)each.Operand!);
        });
    }

    private static string Shown(MethodBase method) => $"{method.DeclaringType}.{method.Name}";
}
