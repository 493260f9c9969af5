using System.Globalization;

namespace Goim.Benchmarks.Soak;

/// <summary>Requests and failures of a soak run, by kind. Thread-safe.</summary>
internal sealed class SoakCounts
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Kind> kinds = new(StringComparer.Ordinal);

    public long Requests { get; private set; }

    public long Failed { get; private set; }

    /// <param name="name">Name of the kind.</param>
    /// <param name="failure">What is wrong with the answer; null for nothing.</param>
    public void Add(string name, string? failure)
    {
        lock (gate)
        {
            var kind = kinds.TryGetValue(name, out var known) ? known : kinds[name] = new Kind();
            Requests++;
            kind.Requests++;
            if (failure is not null)
            {
                Failed++;
                kind.Failed++;
                kind.First ??= failure.Length > 200 ? failure[..200] : failure;
            }
        }
    }

    /// <summary>Prints a line for each kind, with the first failure.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine("kind                        requests   failed   first failure");
        foreach (var (name, kind) in kinds)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name,-25} {kind.Requests,10} {kind.Failed,8}   {kind.First?.ReplaceLineEndings(" ")}"));
        }
    }

    private sealed class Kind
    {
        public long Requests { get; set; }

        public long Failed { get; set; }

        public string? First { get; set; }
    }
}
