using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Goim.Functions.Tests.Functions;

/// <summary>
/// The contracts declare of the isolated worker what the functions use, as Microsoft's packages have it, and no more: a member too many would
/// compile here and not against the packages.
/// </summary>
public sealed class WorkerContractsTests
{
    /// <summary>Each type and what it may declare, read off Microsoft's released packages (Worker 2.52.0, Extensions.Http 3.3.0, Extensions.Kafka 4.3.0, Extensions.Storage.Queues 5.5.5).</summary>
    private static readonly Dictionary<string, string[]> Released = new()
    {
        ["Http.HttpRequestData"] =
        [
            "new(FunctionContext)", "abstract Stream Body {get}", "abstract HttpHeadersCollection Headers {get}", "abstract IReadOnlyCollection<IHttpCookie> Cookies {get}",
            "abstract Uri Url {get}", "abstract IEnumerable<ClaimsIdentity> Identities {get}", "abstract String Method {get}", "abstract HttpResponseData CreateResponse()",
            "virtual NameValueCollection Query {get}", "FunctionContext FunctionContext {get}",
        ],
        ["Http.HttpResponseData"] =
        [
            "new(FunctionContext)", "abstract HttpStatusCode StatusCode {get set}", "abstract HttpHeadersCollection Headers {get set}", "abstract Stream Body {get set}",
            "abstract HttpCookies Cookies {get}", "FunctionContext FunctionContext {get}", "static HttpResponseData CreateResponse(HttpRequestData)",
        ],
        ["Http.HttpHeadersCollection"] =
            ["new()", "new(IEnumerable<KeyValuePair<String, IEnumerable<String>>>)", "new(IEnumerable<KeyValuePair<String, String>>)"],
        ["Http.HttpCookies"] = ["new()", "abstract Void Append(String, String)", "abstract Void Append(IHttpCookie)", "abstract IHttpCookie CreateNew()"],
        ["Http.IHttpCookie"] = ["abstract String Name {get}", "abstract String Value {get}"],
        ["Http.HttpCookie"] = ["new(String, String)", "String Name {get}", "String Value {get}"],
        ["Http.HttpRequestDataExtensions"] =
        [
            "static HttpResponseData CreateResponse(HttpRequestData, HttpStatusCode)", "static Task<String> ReadAsStringAsync(HttpRequestData, Encoding)",
            "static ValueTask<T> ReadFromJsonAsync(HttpRequestData, CancellationToken)",
        ],
        ["Http.HttpResponseDataExtensions"] =
        [
            "static Task WriteStringAsync(HttpResponseData, String, Encoding)", "static Task WriteBytesAsync(HttpResponseData, Byte[])",
            "static ValueTask WriteAsJsonAsync(HttpResponseData, T, CancellationToken)",
        ],
        ["FunctionContext"] =
        [
            "new()", "abstract String InvocationId {get}", "abstract String FunctionId {get}", "abstract TraceContext TraceContext {get}", "abstract BindingContext BindingContext {get}",
            "abstract RetryContext RetryContext {get}", "abstract IServiceProvider InstanceServices {get set}", "abstract FunctionDefinition FunctionDefinition {get}",
            "abstract IDictionary<Object, Object> Items {get set}", "abstract IInvocationFeatures Features {get}", "virtual CancellationToken CancellationToken {get}",
        ],
        ["TraceContext"] = ["new()", "abstract String TraceParent {get}", "abstract String TraceState {get}"],
        ["BindingContext"] = ["new()", "abstract IReadOnlyDictionary<String, Object> BindingData {get}"],
        ["RetryContext"] = ["new()", "abstract Int32 RetryCount {get}", "abstract Int32 MaxRetryCount {get}"],
        ["FunctionDefinition"] =
        [
            "new()", "abstract ImmutableArray<FunctionParameter> Parameters {get}", "abstract String PathToAssembly {get}", "abstract String EntryPoint {get}", "abstract String Id {get}",
            "abstract String Name {get}", "abstract IImmutableDictionary<String, BindingMetadata> InputBindings {get}", "abstract IImmutableDictionary<String, BindingMetadata> OutputBindings {get}",
        ],
        ["FunctionParameter"] = ["new()"],
        ["BindingMetadata"] = ["new()"],
        ["IInvocationFeatures"] = [],
        ["FunctionAttribute"] = ["new(String)", "String Name {get}"],
        ["HttpResultAttribute"] = ["new()"],
        ["HttpTriggerAttribute"] =
        [
            "new()", "new(String[])", "new(AuthorizationLevel)", "new(AuthorizationLevel, String[])", "AuthorizationLevel AuthLevel {get}", "String[] Methods {get}", "String Route {get set}",
        ],
        ["AuthorizationLevel"] = ["Anonymous = 0", "User = 1", "Function = 2", "System = 3", "Admin = 4"],
        ["QueueTriggerAttribute"] = ["new(String)", "String QueueName {get}", "String Connection {get set}"],
        ["KafkaOutputAttribute"] =
        [
            "new(String, String)", "String BrokerList {get}", "String Topic {get}", "KafkaMessageKeyType KeyDataType {get set}", "Int32 MaxMessageBytes {get set}", "Int32 BatchSize {get set}",
            "Boolean EnableIdempotence {get set}", "Int32 MessageTimeoutMs {get set}", "Int32 RequestTimeoutMs {get set}", "Int32 MaxRetries {get set}", "Int32 LingerMs {get set}",
            "BrokerAuthenticationMode AuthenticationMode {get set}", "BrokerProtocol Protocol {get set}", "String Username {get set}", "String Password {get set}", "String SslCaLocation {get set}",
            "String SslCertificateLocation {get set}", "String SslKeyLocation {get set}", "String SslKeyPassword {get set}",
        ],
        ["KafkaMessageKeyType"] = ["Int = 0", "Long = 1", "String = 2", "Binary = 3"],
        ["BrokerProtocol"] = ["NotSet = -1", "Plaintext = 0", "Ssl = 1", "SaslPlaintext = 2", "SaslSsl = 3"],
        ["BrokerAuthenticationMode"] = ["NotSet = -1", "Gssapi = 0", "Plain = 1", "ScramSha256 = 2", "ScramSha512 = 3", "OAuthBearer = 4"],
        ["Builder.FunctionsApplication"] = ["static FunctionsApplicationBuilder CreateBuilder(String[])"],
        ["Builder.FunctionsApplicationBuilder"] =
        [
            "IHost Build()",
            // Of IHostApplicationBuilder.
            "IDictionary<Object, Object> Properties {get}", "IConfigurationManager Configuration {get}", "IHostEnvironment Environment {get}", "ILoggingBuilder Logging {get}",
            "IMetricsBuilder Metrics {get}", "IServiceCollection Services {get}", "Void ConfigureContainer(IServiceProviderFactory<TContainerBuilder>, Action<TContainerBuilder>)",
        ],
        ["Core.FunctionMetadata.IFunctionMetadataTransformer"] = ["abstract String Name {get}", "abstract Void Transform(IList<IFunctionMetadata>)"],
        ["Core.FunctionMetadata.IFunctionMetadata"] = ["abstract IList<String> RawBindings {get}"],
        ["OpenTelemetry.ConfigureFunctionsOpenTelemetry"] = ["static IOpenTelemetryBuilder UseFunctionsWorkerDefaults(IOpenTelemetryBuilder)"],
    };

    public static TheoryData<Type> Declared => [.. typeof(FunctionAttribute).Assembly.GetExportedTypes()];

    [Theory]
    [MemberData(nameof(Declared))]
    public void Nothing_is_declared_that_Microsofts_packages_do_not_have(Type type)
    {
        const string Root = "Microsoft.Azure.Functions.Worker.";
        Assert.StartsWith(Root, type.FullName, StringComparison.Ordinal);
        Assert.Contains(type.FullName![Root.Length..], Released);
        var released = Released[type.FullName[Root.Length..]];

        var members = type.GetMembers(BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
            .Where(IsSeen).Select(Shown);
        Assert.All(members, shown => Assert.Contains(shown, released));
    }

    /// <summary>Whether code outside the assembly sees a member.</summary>
    private static bool IsSeen(MemberInfo member) => member switch
    {
        FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
        MethodBase method => (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly) && (method is ConstructorInfo || !method.IsSpecialName),
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(accessor => accessor.IsPublic || accessor.IsFamily),
        Type nested => nested.IsNestedPublic || nested.IsNestedFamily,
        _ => true,
    };

    private static string Shown(MemberInfo member) => member switch
    {
        FieldInfo { IsLiteral: true } field => $"{field.Name} = {field.GetRawConstantValue()}",
        ConstructorInfo constructor => $"new({Shown(constructor.GetParameters())})",
        PropertyInfo property => $"{Modifier(property.GetMethod!)}{Shown(property.PropertyType)} {property.Name} {{get{(property.SetMethod is null ? "" : " set")}}}",
        MethodInfo method => $"{Modifier(method)}{Shown(method.ReturnType)} {method.Name}({Shown(method.GetParameters())})",
        _ => member.ToString()!,
    };

    // What implements an interface is virtual in name only.
    private static string Modifier(MethodInfo method) =>
        method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method is { IsVirtual: true, IsFinal: false } && method.GetBaseDefinition() == method ? "virtual " : "";

    private static string Shown(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(parameter => Shown(parameter.ParameterType)));

    private static string Shown(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Shown))}>"
        : type.Name;
}
