using System.Reflection;
using Goim.Functions.Outputs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Tests.Functions;

/// <summary>What the Functions host will read off the attributes.</summary>
public sealed class FunctionMetadataTests
{
    private const string Topic = "%KafkaTopic%", EventsTopic = "%KafkaEventsTopic%";

    private static readonly Dictionary<string, MethodInfo> Functions = typeof(PushOutput).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods())
        .Where(method => method.IsDefined(typeof(FunctionAttribute)))
        .ToDictionary(method => method.GetCustomAttribute<FunctionAttribute>()!.Name);

    [Theory]
    [InlineData("Push", "1/push", AuthorizationLevel.Function, Topic, KafkaMessageKeyType.String)]
    [InlineData("Pushs", "1/pushs", AuthorizationLevel.Function, Topic, KafkaMessageKeyType.String)]
    [InlineData("PushAll", "1/push/all", AuthorizationLevel.Function, Topic, KafkaMessageKeyType.String)]
    [InlineData("PushBatch", "1/push/batch", AuthorizationLevel.Function, null, null)]
    [InlineData("PushRoom", "1/push/room", AuthorizationLevel.Function, Topic, KafkaMessageKeyType.Int)]
    [InlineData("DelServer", "1/server/del", AuthorizationLevel.Function, EventsTopic, KafkaMessageKeyType.String)]
    [InlineData("Count", "1/count", AuthorizationLevel.Function, EventsTopic, KafkaMessageKeyType.String)]
    [InlineData("Connect", "1/connect", AuthorizationLevel.Function, EventsTopic, KafkaMessageKeyType.String)]
    [InlineData("Disconnect", "1/disconnect", AuthorizationLevel.Function, EventsTopic, KafkaMessageKeyType.String)]
    [InlineData("Heartbeat", "1/heartbeat", AuthorizationLevel.Function, null, null)]
    [InlineData("RouterPut", "1/router/put", AuthorizationLevel.Function, null, null)]
    [InlineData("RouterMPut", "1/router/mput", AuthorizationLevel.Function, null, null)]
    [InlineData("RouterDel", "1/router/del", AuthorizationLevel.Function, null, null)]
    [InlineData("RouterDelServer", "1/router/delserver", AuthorizationLevel.Function, null, null)]
    [InlineData("RouterGet", "1/router/get", AuthorizationLevel.Function, null, null)]
    [InlineData("RouterMGet", "1/router/mget", AuthorizationLevel.Function, null, null)]
    [InlineData("RouterGetAll", "1/router/getall", AuthorizationLevel.Function, null, null)]
    [InlineData("RouterAllRoomCount", "1/router/allroomcount", AuthorizationLevel.Function, null, null)]
    [InlineData("RouterAllServerCount", "1/router/allservercount", AuthorizationLevel.Function, null, null)]
    [InlineData("RouterPing", "1/router/ping", AuthorizationLevel.Function, null, null)]
    [InlineData("MonitorPing", "monitor/ping", AuthorizationLevel.Anonymous, null, null)]
    [InlineData("MonitorStat", "monitor/stat", AuthorizationLevel.Function, null, null)]
    public void Each_function_has_its_route_level_and_outputs(string name, string route, AuthorizationLevel level, string? topic, KafkaMessageKeyType? key)
    {
        var trigger = Assert.Single(Functions[name].GetParameters(), parameter => parameter.ParameterType == typeof(HttpRequestData)).GetCustomAttribute<HttpTriggerAttribute>()!;

        Assert.Equal((route, level), (trigger.Route, trigger.AuthLevel));
        Assert.Null(trigger.Methods);
        var outputs = Outputs(name);
        if (topic is null)
        {
            Assert.Empty(outputs);
            return;
        }

        var output = Assert.Single(outputs);
        Assert.Equal(("%KafkaBrokers%", topic, key, typeof(string[])), (output.Attribute.BrokerList, output.Attribute.Topic, output.Attribute.KeyDataType, output.Property.PropertyType));
        Assert.Single(OutputType(name).GetProperties(), property => property.IsDefined(typeof(HttpResultAttribute)) && property.PropertyType == typeof(HttpResponseData));
    }

    [Fact]
    public void There_is_no_function_that_the_routes_above_do_not_name()
    {
        var tested = typeof(FunctionMetadataTests).GetMethod(nameof(Each_function_has_its_route_level_and_outputs))!
            .GetCustomAttributesData().Where(attribute => attribute.AttributeType == typeof(InlineDataAttribute))
            .Select(attribute => (string)((IReadOnlyList<CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!)[0].Value!);

        Assert.Equal(tested.Append("ReplayJournal").Order(StringComparer.Ordinal), Functions.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_journal_is_replayed_from_its_queue_in_the_apps_own_storage()
    {
        var trigger = Assert.Single(Functions["ReplayJournal"].GetParameters(), parameter => parameter.ParameterType == typeof(string)).GetCustomAttribute<QueueTriggerAttribute>()!;

        Assert.Equal(("goim-router-journal", "AzureWebJobsStorage"), (trigger.QueueName, trigger.Connection));
        Assert.Equal(typeof(Task), Functions["ReplayJournal"].ReturnType);
    }

    [Fact]
    public void The_bindings_own_limit_is_above_ours_so_that_ours_refuses() => Assert.All(
        Functions.Keys.SelectMany(Outputs), output => Assert.InRange(output.Attribute.MaxMessageBytes, 1_000_000 + 10, 1_048_576));

    private static Type OutputType(string name)
    {
        var type = Functions[name].ReturnType;
        return type.IsGenericType ? type.GetGenericArguments()[0] : type;
    }

    private static IReadOnlyList<(PropertyInfo Property, KafkaOutputAttribute Attribute)> Outputs(string name) =>
        [.. OutputType(name).GetProperties().Where(property => property.IsDefined(typeof(KafkaOutputAttribute))).Select(property => (property, property.GetCustomAttribute<KafkaOutputAttribute>()!))];
}
