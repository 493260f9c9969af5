using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Goim.Functions.Outputs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Tests.Functions;

/// <summary>
/// What the worker tells the Functions host of each function: <c>functions.metadata.json</c> is what Microsoft's source generator
/// (Worker.Sdk 2.1.0) made of these functions, and no attribute changes without it.
/// </summary>
public sealed class FunctionMetadataTests
{
    private static readonly JsonObject Expected = JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Functions", "functions.metadata.json")))!.AsObject();

    private static readonly Dictionary<string, MethodInfo> Functions = typeof(PushOutput).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods())
        .Where(method => method.IsDefined(typeof(FunctionAttribute)))
        .ToDictionary(method => method.GetCustomAttribute<FunctionAttribute>()!.Name);

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_attributes_make_the_bindings_that_the_host_gets(string name)
    {
        var method = Functions[name];
        var metadata = new JsonObject
        {
            ["entryPoint"] = $"{method.DeclaringType!.FullName}.{method.Name}",
            ["bindings"] = new JsonArray([Trigger(method), .. Outputs(method)]),
        };

        Assert.True(JsonNode.DeepEquals(Expected[name], metadata), metadata.ToJsonString());
    }

    [Fact]
    public void Each_function_is_expected_and_each_expected_one_is_there() =>
        Assert.Equal(Expected.Select(function => function.Key).Order(StringComparer.Ordinal), Functions.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Records_go_out_as_an_array_of_texts_which_is_what_passes_the_binding_as_it_is() => Assert.All(
        Functions.Values.SelectMany(method => OutputType(method).GetProperties()).Where(property => property.IsDefined(typeof(KafkaOutputAttribute))),
        property => Assert.Equal(typeof(string[]), property.PropertyType));

    [Fact]
    public void The_bindings_own_limit_is_above_ours_so_that_ours_refuses() => Assert.All(
        Functions.Values.SelectMany(method => OutputType(method).GetProperties()).Select(property => property.GetCustomAttribute<KafkaOutputAttribute>()).OfType<KafkaOutputAttribute>(),
        output => Assert.InRange(output.MaxMessageBytes, 1_000_000 + 10, 1_048_576));

    private static JsonObject Trigger(MethodInfo method)
    {
        var (parameter, attribute) = method.GetParameters()
            .Select(parameter => (parameter, Attribute: parameter.CustomAttributes.FirstOrDefault(data => data.AttributeType.Name.EndsWith("TriggerAttribute", StringComparison.Ordinal))))
            .Single(trigger => trigger.Attribute is not null);
        var binding = Binding(parameter.Name!, Camel(attribute!.AttributeType.Name[..^"Attribute".Length]), "In", attribute);
        if (parameter.ParameterType == typeof(string))
        {
            binding["dataType"] = "String";
        }

        return binding;
    }

    private static IEnumerable<JsonObject> Outputs(MethodInfo method)
    {
        var type = OutputType(method);
        if (type == typeof(HttpResponseData))
        {
            yield return Binding("$return", "http", "Out");
        }

        foreach (var property in type.GetProperties())
        {
            if (property.IsDefined(typeof(HttpResultAttribute)))
            {
                yield return Binding(property.Name, "http", "Out");
            }
            else if (property.CustomAttributes.FirstOrDefault(data => data.AttributeType == typeof(KafkaOutputAttribute)) is { } kafka)
            {
                yield return Binding(property.Name, "kafka", "Out", kafka);
            }
        }
    }

    // As the generator: what the attribute says and no defaults, names in camel case, enums by name.
    private static JsonObject Binding(string name, string type, string direction, CustomAttributeData? attribute = null)
    {
        var binding = new JsonObject { ["name"] = name, ["type"] = type, ["direction"] = direction };
        var arguments = attribute?.Constructor.GetParameters().Zip(attribute.ConstructorArguments, (parameter, value) => (parameter.Name!, value));
        var members = attribute?.NamedArguments.Select(argument => (argument.MemberName, argument.TypedValue));
        foreach (var (member, value) in (arguments ?? []).Concat(members ?? []))
        {
            binding[Camel(member)] = value.ArgumentType.IsEnum
                ? Enum.GetName(value.ArgumentType, value.Value!)
                : JsonSerializer.SerializeToNode(value.Value);
        }

        return binding;
    }

    private static Type OutputType(MethodInfo method) => method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : method.ReturnType;

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
