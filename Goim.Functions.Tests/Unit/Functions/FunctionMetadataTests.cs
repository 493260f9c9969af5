using System.Reflection;
using System.Text.Json.Nodes;
using Goim.Functions.Push;
using Microsoft.Azure.Functions.Worker;

namespace Goim.Functions.Tests.Unit.Functions;

/// <summary>
/// What the worker reports to the Functions host about each function: the <c>functions.metadata</c> that Microsoft's Sdk wrote.
/// </summary>
public sealed class FunctionMetadataTests
{
    private const string Events = """
        {"name":"Response","type":"http","direction":"Out"},
        {"name":"Events","type":"kafka","direction":"Out","brokerList":"%KafkaBrokers%","topic":"%KafkaEventsTopic%",
         "maxMessageBytes":1000100,"requestTimeoutMs":60000}
        """;

    private const string Records = """
        {"name":"Response","type":"http","direction":"Out"},
        {"name":"Records","type":"kafka","direction":"Out","brokerList":"%KafkaBrokers%","topic":"%KafkaTopic%",
         "maxMessageBytes":1000100,"requestTimeoutMs":60000}
        """;

    private const string RoomRecords = """
        {"name":"Response","type":"http","direction":"Out"},
        {"name":"Records","type":"kafka","direction":"Out","brokerList":"%KafkaBrokers%","topic":"%KafkaTopic%","keyDataType":"Int",
         "maxMessageBytes":1000100,"requestTimeoutMs":60000}
        """;

    private const string Answer = """{"name":"$return","type":"http","direction":"Out"}""";

    /// <summary>Each function and its bindings.</summary>
    private static readonly Dictionary<string, string> Expected = new()
    {
        ["ChangeRoom"] = Http("1/room/change", Answer),
        ["ChangeRoomBatch"] = Http("1/room/changes", Answer),
        ["Connect"] = Http("1/connect", Events),
        ["Connects"] = Http("1/connects", Events),
        ["Count"] = Http("1/count", Events),
        ["DelServer"] = Http("1/server/del", Events),
        ["Disconnect"] = Http("1/disconnect", Events),
        ["Disconnects"] = Http("1/disconnects", Events),
        ["Heartbeat"] = Http("1/heartbeat", Answer),
        ["Kick"] = Http("1/kick", Answer),
        ["MonitorPing"] = Http("monitor/ping", Answer, "Anonymous"),
        ["MonitorStat"] = Http("monitor/stat", Answer),
        ["Push"] = Http("1/push", Records),
        ["PushAll"] = Http("1/push/all", Records),
        ["PushBatch"] = Http("1/push/batch", Answer),
        ["PushKey"] = Http("1/push/key", Records),
        ["PushRoom"] = Http("1/push/room", RoomRecords),
        ["PushRooms"] = Http("1/push/rooms", RoomRecords),
        ["Pushs"] = Http("1/pushs", Records),
        ["ReplayJournal"] = """
            {"name":"entry","type":"queueTrigger","direction":"In","queueName":"goim-router-journal","connection":"AzureWebJobsStorage"}
            """,
        ["RoomUsers"] = Http("1/room/users", Answer),
        ["RouterAllRoomCount"] = Http("1/router/allroomcount", Answer),
        ["RouterAllServerCount"] = Http("1/router/allservercount", Answer),
        ["RouterDel"] = Http("1/router/del", Answer),
        ["RouterDelServer"] = Http("1/router/delserver", Answer),
        ["RouterGet"] = Http("1/router/get", Answer),
        ["RouterGetAll"] = Http("1/router/getall", Answer),
        ["RouterMGet"] = Http("1/router/mget", Answer),
        ["RouterMPut"] = Http("1/router/mput", Answer),
        ["RouterPing"] = Http("1/router/ping", Answer),
        ["RouterPut"] = Http("1/router/put", Answer),
    };

    private static readonly Assembly Functions = typeof(PushOutput).Assembly;

    private static readonly Dictionary<string, JsonObject> Metadata =
        JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "functions.metadata")))!.AsArray()
            .ToDictionary(function => (string)function!["name"]!, function => function!.AsObject());

    private static IEnumerable<PropertyInfo> KafkaOutputs =>
        Functions.GetExportedTypes().SelectMany(type => type.GetProperties())
            .Where(property => property.IsDefined(typeof(KafkaOutputAttribute)));

    public static TheoryData<string> Names => [.. Expected.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_has_its_bindings(string name)
    {
        var bindings = Metadata[name]["bindings"]!.DeepClone().AsArray();
        foreach (var binding in bindings)
        {
            Assert.True(binding!.AsObject().Remove("properties") || (string)binding["type"]! == "http");
        }

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($"[{Expected[name]}]"), bindings), bindings.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_is_run_by_the_method_that_bears_its_name(string name)
    {
        var entryPoint = (string)Metadata[name]["entryPoint"]!;
        var dot = entryPoint.LastIndexOf('.');
        var method = Functions.GetType(entryPoint[..dot], throwOnError: true)!.GetMethod(entryPoint[(dot + 1)..])!;

        Assert.Equal(name, method.GetCustomAttribute<FunctionAttribute>()!.Name);
        Assert.Equal("Goim.Functions.dll", (string?)Metadata[name]["scriptFile"]);
        Assert.Equal("dotnet-isolated", (string?)Metadata[name]["language"]);
    }

    [Fact]
    public void Each_function_is_expected_and_each_expected_one_is_there() =>
        Assert.Equal(Expected.Keys.Order(StringComparer.Ordinal), Metadata.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Records_go_out_as_an_array_of_texts_which_is_what_passes_the_binding_as_it_is()
    {
        Assert.NotEmpty(KafkaOutputs);
        Assert.All(KafkaOutputs, property => Assert.Equal(typeof(string[]), property.PropertyType));
    }

    [Fact]
    public void The_bindings_own_limit_is_above_ours_so_that_ours_refuses() =>
        Assert.All(
            KafkaOutputs.Select(property => property.GetCustomAttribute<KafkaOutputAttribute>()!),
            output => Assert.InRange(output.MaxMessageBytes, 1_000_000 + 10, 1_048_576));

    private static string Http(string route, string outputs, string level = "Function") =>
        $$"""{"name":"request","type":"httpTrigger","direction":"In","authLevel":"{{level}}","route":"{{route}}"},{{outputs}}""";
}
