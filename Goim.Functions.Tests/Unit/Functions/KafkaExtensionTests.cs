using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Goim.Functions.Tests.Unit.Functions;

/// <summary>
/// The Kafka extension has what the functions use of it. Where the package sources lack Microsoft's package, Goim.KafkaExtension declares
/// the same and nothing else: code that used another member would not compile against the package.
/// </summary>
public sealed class KafkaExtensionTests
{
    /// <summary>Each type and what it may declare, read off Microsoft.Azure.Functions.Worker.Extensions.Kafka 4.3.0.</summary>
    private static readonly Dictionary<string, string[]> Released = new()
    {
        ["KafkaOutputAttribute"] =
        [
            "new(String, String)", "String BrokerList {get}", "String Topic {get}", "KafkaMessageKeyType KeyDataType {get set}",
            "Int32 MaxMessageBytes {get set}", "Int32 BatchSize {get set}", "Boolean EnableIdempotence {get set}",
            "Int32 MessageTimeoutMs {get set}", "Int32 RequestTimeoutMs {get set}", "Int32 MaxRetries {get set}",
            "Int32 LingerMs {get set}", "BrokerAuthenticationMode AuthenticationMode {get set}",
            "BrokerProtocol Protocol {get set}", "String Username {get set}", "String Password {get set}",
            "String SslCaLocation {get set}", "String SslCertificateLocation {get set}", "String SslKeyLocation {get set}",
            "String SslKeyPassword {get set}",
        ],
        ["KafkaMessageKeyType"] = ["Int = 0", "Long = 1", "String = 2", "Binary = 3"],
        ["BrokerProtocol"] = ["NotSet = -1", "Plaintext = 0", "Ssl = 1", "SaslPlaintext = 2", "SaslSsl = 3"],
        ["BrokerAuthenticationMode"] = ["NotSet = -1", "Gssapi = 0", "Plain = 1", "ScramSha256 = 2", "ScramSha512 = 3", "OAuthBearer = 4"],
    };

    private static readonly Assembly Extension = typeof(KafkaOutputAttribute).Assembly;

    private static bool IsDeclarations => Extension.GetName().Name == "Goim.KafkaExtension";

    public static TheoryData<string> Names => [.. Released.Keys];

    [Fact]
    public void The_output_is_a_binding_of_the_worker() =>
        Assert.Equal(typeof(OutputBindingAttribute), typeof(KafkaOutputAttribute).BaseType);

    [Fact]
    public void Nothing_else_is_declared() =>
        Assert.All(IsDeclarations ? Extension.GetExportedTypes() : [], type => Assert.Contains(type.Name, Released));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_type_declares_what_the_package_has(string name)
    {
        var type = Extension.GetType($"Microsoft.Azure.Functions.Worker.{name}", throwOnError: true)!;
        var members = type.GetMembers(BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            .Where(IsSeen).Select(Shown).ToList();

        Assert.All(Released[name], released => Assert.Contains(released, members));
        Assert.All(IsDeclarations ? members : [], member => Assert.Contains(member, Released[name]));
    }

    private static bool IsSeen(MemberInfo member) => member is ConstructorInfo or PropertyInfo or FieldInfo { IsSpecialName: false };

    private static string Shown(MemberInfo member) => member switch
    {
        FieldInfo { IsLiteral: true } field => $"{field.Name} = {field.GetRawConstantValue()}",
        ConstructorInfo made => $"new({string.Join(", ", made.GetParameters().Select(parameter => parameter.ParameterType.Name))})",
        PropertyInfo property => $"{property.PropertyType.Name} {property.Name} {{get{(property.SetMethod is null ? "" : " set")}}}",
        _ => member.ToString()!,
    };
}
