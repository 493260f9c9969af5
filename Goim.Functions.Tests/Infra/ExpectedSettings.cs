namespace Goim.Functions.Tests.Infra;

/// <summary>The function app's settings on Azure with all parameters at their defaults, and tokens with keys.</summary>
internal static class ExpectedSettings
{
    /// <summary>Those of the Functions host.</summary>
    public static Dictionary<string, string> Host() => new()
    {
        ["AzureWebJobsStorage__accountName"] = "st",
        ["AzureWebJobsStorage__credential"] = "managedidentity",
        ["AzureWebJobsStorage__clientId"] = "[id-functions.clientId]",
        ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = "[appi.ConnectionString]",
        ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] = "[format('ClientId={0};Authorization=AAD', id-functions.clientId)]",
        ["AzureMonitorExporter__EnableTraceBasedLogsSampler"] = "false",
        ["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"] = "8600000",
        ["WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED"] = "0",
    };

    /// <summary>Those of this project.</summary>
    public static Dictionary<string, string> Goim() => new()
    {
        ["Connect__Tokens"] = "Jwt",
        ["Connect__Jwt__Keys__1"] = Deployment.SecretUri("jwt-key-1"),
        ["Connect__Jwt__Keys__2"] = Deployment.SecretUri("jwt-key-2"),
        ["Access__KeepFunctionKeys"] = "either",
        ["Access__Callers__backend__Key"] = Deployment.SecretUri("caller-backend"),
        ["Access__Callers__backend__Scopes"] = "push.user,push.room,push.all,read",
        ["Access__Callers__comet__Key"] = Deployment.SecretUri("caller-comet"),
        ["Access__Callers__comet__Scopes"] = "comet",
        ["Access__Callers__comet_scale__Key"] = Deployment.SecretUri("caller-comet-scale"),
        ["Access__Callers__comet_scale__Scopes"] = "read",
        ["KafkaBrokers"] = "evhns.servicebus.windows.net:9093",
        ["KafkaTopic"] = "KafkaPushsTopic",
        ["KafkaEventsTopic"] = "KafkaEventsTopic",
        ["KafkaProtocol"] = "SaslSsl",
        ["KafkaMaxRecordBytes"] = "1000000",
        ["KafkaPartitioner"] = "consistent_random",
        ["KafkaCompression"] = "none",
        ["KafkaDeliveryTimeout"] = "00:00:30",
        ["KafkaQueueMessages"] = "100000",
        ["Push__Ack"] = "queue",
        ["Push__MaxRequestBytes"] = "8388608",
        ["Push__MaxUsers"] = "1000000",
        ["Push__MaxConcurrent"] = "1000",
        ["Facade__MaxConcurrent"] = "1000",
        ["Events__Connections"] = "false",
        ["Journal__Replay"] = "trigger",
        ["Router__Nodes__1"] = "[format('https://{0}', ca-router.configuration.ingress.fqdn)]",
        ["Router__Token"] = Deployment.SecretUri("router-token"),
        ["Router__CallTimeout"] = "00:00:03",
        ["Router__BatchSize"] = "5000",
    };
}
