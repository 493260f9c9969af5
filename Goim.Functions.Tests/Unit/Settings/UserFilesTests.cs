using System.Text;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Settings;
using Goim.Settings;
using Microsoft.Extensions.Configuration;

namespace Goim.Functions.Tests.Unit.Settings;

/// <summary>Files as users and their editors write them.</summary>
public sealed class UserFilesTests : IDisposable
{
    private const string Expected = """: expected {"Values":{"name":"value"}}.""";
    private readonly string folder = Directory.CreateTempSubdirectory("files-").FullName;

    private string SettingsFile => Path.Combine(folder, LocalSettingsFile.Name);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void No_settings_file_is_no_settings() => Assert.Empty(LocalSettingsFile.Read(folder));

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void A_settings_file_may_begin_with_a_byte_order_mark(string encoding)
    {
        File.WriteAllText(SettingsFile, """{"IsEncrypted":false,"Values":{"Push__Ack":"broker"}}""", Encoding.GetEncoding(encoding));

        Assert.Equal("broker", LocalSettingsFile.Read(folder)["Push:Ack"]);
    }

    [Theory]
    [InlineData("{\"Values\":{\n \"KafkaTopic\":\"A\"\n \"KafkaEventsTopic\":\"B\"}}", " is not valid JSON at line 3, byte 2" + Expected)]
    [InlineData("{\"Values\":{", " is not valid JSON at line 1, byte 12" + Expected)]
    [InlineData("", " is empty" + Expected)]
    [InlineData("[]", " is not a settings file" + Expected)]
    [InlineData("{\"Values\":[]}", " has Values that is no object" + Expected)]
    [InlineData("{\"Values\":{\"a\":{\"b\":\"c\"}}}", " has an object or an array as value of a" + Expected)]
    [InlineData(
        "{\"IsEncrypted\":true,\"Values\":{\"KafkaTopic\":\"CfDJ8AAA\"}}",
        " has IsEncrypted true: expected false, since only Core Tools can decrypt it (func settings decrypt).")]
    public void A_settings_file_that_cannot_be_used_is_refused_with_a_sentence(string text, string expected)
    {
        File.WriteAllText(SettingsFile, text);

        Assert.Equal(SettingsFile + expected, Assert.Throws<StartException>(() => LocalSettingsFile.Read(folder)).Message);
    }

    // Docker makes a folder where the file of a bind mount is missing.
    [Fact]
    public void A_folder_in_place_of_a_settings_file_is_refused()
    {
        Directory.CreateDirectory(SettingsFile);

        Assert.Equal(
            $"{SettingsFile} is a folder{Expected}", Assert.Throws<StartException>(() => LocalSettingsFile.Read(folder)).Message);
    }

    [Fact]
    public void Certificates_may_begin_with_a_byte_order_mark()
    {
        using var certificates = new TestCertificates();
        var file = Path.Combine(folder, "ca.pem");
        File.WriteAllText(file, File.ReadAllText(certificates.AuthorityFile), Encoding.UTF8);

        Assert.Null(PemFile.Problem("KafkaCaFile", file));
        Assert.Single(PemFile.Read(file));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("garbage", "holds no certificate in PEM")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds a certificate that is damaged")]
    [InlineData(null, "does not exist")]
    public void A_file_without_certificates_is_refused_with_the_reason(string? text, string reason)
    {
        var file = Path.Combine(folder, "ca.pem");
        if (text is not null)
        {
            File.WriteAllText(file, text);
        }

        Assert.Equal(
            $"KafkaCaFile is '{file}', which {reason}: expected a PEM file of certificates.", PemFile.Problem("KafkaCaFile", file));
    }

    [Fact]
    public void A_file_that_the_system_cannot_open_is_refused_with_the_systems_reason()
    {
        var file = Path.Combine(folder, "loop.pem");
        File.CreateSymbolicLink(file, file);

        Assert.StartsWith(
            $"Router__CaFile is '{file}', which cannot be read (", PemFile.Problem("Router__CaFile", file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("server.pem", "server.key", null)]
    [InlineData("none.pem", "server.key", "Path is '{0}/none.pem', which does not exist: expected a certificate in PEM.")]
    [InlineData("server.key", "server.key", "Path is '{0}/server.key': expected a certificate in PEM.")]
    [InlineData("server.pem", "server.pem", "KeyPath is '{0}/server.pem': expected its key in PEM.")]
    [InlineData("server.pem", ".", "KeyPath is '{0}/.', which is a folder: expected its key in PEM.")]
    [InlineData("server.pem", null, "Path is '{0}/server.pem': expected a PFX file, or a certificate in PEM with its key in KeyPath.")]
    public void The_files_of_Kestrels_certificates_are_checked(string? path, string? keyPath, string? expected)
    {
        using var certificates = new TestCertificates();
        var files = Path.GetDirectoryName(certificates.ServerFile)!;
        var settings = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Kestrel:Certificates:Default:Path", path is null ? null : $"{files}/{path}"),
            new("Kestrel:Certificates:Default:KeyPath", keyPath is null ? null : $"{files}/{keyPath}"),
        ]).Build();

        var refused = Record.Exception(() => KestrelCertificates.Check(settings));

        Assert.Equal(
            expected is null ? null : "Kestrel__Certificates__Default__" + string.Format(null, expected, files), refused?.Message);
    }
}
