using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Goim.Client;
using Goim.Comet.Client;
using Goim.Comet.Counters;
using Goim.Functions.Push;
using Goim.Kafka;
using Goim.LocalHost;
using Goim.Logic;
using Goim.Protocol;
using Goim.Router;
using Goim.Settings;
using Goim.Telemetry;
using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Goim.Functions.Tests.Unit.Architecture;

/// <summary>Hash tables of integers have a seeded comparer, since callers choose user ids, rooms, servers and seqs.</summary>
public sealed class SeededKeysTests
{
    private static readonly Type[] Assemblies =
    [
        typeof(KafkaMsg), typeof(GoimServices), typeof(PushOutput), typeof(RouterNode), typeof(LocalHostApp), typeof(KafkaOptions),
        typeof(SettingsBinder), typeof(CometCounters), typeof(TelemetryExport), typeof(GoimConnection),
        typeof(GoimTokens),
    ];

    private static readonly HashSet<string> Tables =
        ["Dictionary`2", "HashSet`1", "ConcurrentDictionary`2", "OrderedDictionary`2", "MapField`2"];

    private static readonly HashSet<string> Methods =
    [
        "Distinct", "DistinctBy", "ToHashSet", "ToDictionary", "ToLookup", "GroupBy", "Union", "UnionBy", "Except", "ExceptBy", "Intersect",
        "IntersectBy", "CountBy", "AggregateBy", "Join", "GroupJoin", "ToFrozenSet", "ToFrozenDictionary", "ToImmutableHashSet",
        "ToImmutableDictionary",
    ];

    // Messages of goim's protocol. The app calls PackedRouterRPC's instead.
    private static readonly string[] Maps = [nameof(AllRoomCountReply), nameof(AllServerCountReply)];

    // Keys that come from settings.
    private static readonly string[] OfSettings = ["OutputSettings"];

    [Fact]
    public void Every_hash_table_of_integers_is_seeded()
    {
        var unseeded = Assemblies.SelectMany(UnseededIn).ToArray();

        Assert.Empty(unseeded);
    }

    [Fact]
    public void This_test_finds_tables_that_are_not_seeded()
    {
        var found = UnseededIn(typeof(SeededKeysTests)).Where(each => each.Contains(nameof(Examples), StringComparison.Ordinal));

        Assert.Equal(5, found.Count());
    }

    private static IEnumerable<string> UnseededIn(Type ofAssembly)
    {
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(AppContext.BaseDirectory);
        resolver.AddSearchDirectory(RuntimeEnvironment.GetRuntimeDirectory());
        using var module = ModuleDefinition.ReadModule(ofAssembly.Assembly.Location, new ReaderParameters { AssemblyResolver = resolver });
        var calls =
            from type in module.GetAllTypes()
            where !Maps.Contains(type.Name)
            from method in type.Methods
            where method.HasBody
            from instruction in method.Body.Instructions
            let called = instruction.Operand as MethodReference
            where called is not null && KeyOf(called) is { } key && IsHashedByIntegers(key) && !HasComparer(called)
            select $"{method.FullName} uses {called.FullName}";
        return [.. calls];
    }

    // The key of the hash table that a call makes; null if it makes none.
    private static TypeReference? KeyOf(MethodReference called)
    {
        if (called.Name == ".ctor")
        {
            return called.DeclaringType is GenericInstanceType table && Tables.Contains(table.Name) ? table.GenericArguments[0] : null;
        }

        if (called is not GenericInstanceMethod generic || !Methods.Contains(called.Name))
        {
            return null;
        }

        var names = generic.Resolve().GenericParameters.Select(parameter => parameter.Name).ToList();
        return generic.GenericArguments[Math.Max(0, names.IndexOf("TKey"))];
    }

    private static bool HasComparer(MethodReference called) =>
        called.Parameters.Any(parameter => parameter.ParameterType.Name.StartsWith("IEqualityComparer", StringComparison.Ordinal));

    // Integers, and tuples and records with one.
    private static bool IsHashedByIntegers(TypeReference key)
    {
        if (key.MetadataType is >= MetadataType.Int16 and <= MetadataType.UInt64 || key.FullName == typeof(Guid).FullName)
        {
            return true;
        }

        if (key is GenericInstanceType generic && key.Namespace == "System")
        {
            return generic.GenericArguments.Any(IsHashedByIntegers);
        }

        return !key.IsGenericParameter && !OfSettings.Contains(key.Name) && key.Namespace.StartsWith("Goim", StringComparison.Ordinal)
            && key.Resolve() is { IsEnum: false } own && HashesItsFields(own)
            && own.Fields.Any(field => !field.IsStatic && IsHashedByIntegers(field.FieldType));
    }

    private static bool HashesItsFields(TypeDefinition type) =>
        type.Methods.FirstOrDefault(method => method.Name == nameof(GetHashCode)) is { } hash
            ? hash.CustomAttributes.Any(attribute => attribute.AttributeType.Name == nameof(CompilerGeneratedAttribute))
            : type.IsValueType;

    private static class Examples
    {
        public static object[] Unseeded(long[] ids) =>
        [
            new Dictionary<long, string>(1), ids.ToHashSet(), ids.GroupBy(id => (id, "")), new HashSet<SubKey>(), ids.Distinct(),
        ];

        public static object[] Seeded(long[] ids) =>
        [
            new Dictionary<long, string>(SeededLongComparer.Instance), ids.ToHashSet(SeededLongComparer.Instance),
            ids.GroupBy(id => id.ToString()), new Dictionary<string, int>(), ids.Distinct(SeededLongComparer.Instance),
        ];
    }
}
