using System.Security.Claims;
using Goim.Logic.Access;

namespace Goim.Functions.Tests.Unit.Access;

/// <summary>The identity by which the Functions host tells which function key a request has.</summary>
public sealed class FunctionKeyIdentityTests
{
    private const string Level = "http://schemas.microsoft.com/2017/07/functions/claims/authlevel";
    private const string KeyName = "http://schemas.microsoft.com/2017/07/functions/claims/keyid";

    [Theory]
    [InlineData("Function", "default")]
    [InlineData("Admin", "master")]
    public void The_key_is_known_by_its_name(string level, string name) =>
        Assert.Equal(name, FunctionKeyIdentity.NameIn([new ClaimsIdentity(), Identity("WebJobsAuthLevel", level, name)]));

    [Fact]
    public void A_key_without_a_name_is_one_too()
    {
        var unnamed = new ClaimsIdentity([new Claim(Level, "Function")], "WebJobsAuthLevel");

        Assert.Equal("without a name", FunctionKeyIdentity.NameIn([unnamed]));
    }

    // App Service authentication, and a level that a request without a key has.
    [Theory]
    [InlineData("aad", "Admin")]
    [InlineData("webjobsauthlevel", "Function")]
    [InlineData("WebJobsAuthLevel", "Anonymous")]
    [InlineData("WebJobsAuthLevel", "")]
    public void Other_identities_are_no_key(string type, string level) =>
        Assert.Null(FunctionKeyIdentity.NameIn([Identity(type, level, "default")]));

    [Fact]
    public void LocalHost_gives_the_same_identity() =>
        Assert.Equal("backend", FunctionKeyIdentity.NameIn([FunctionKeyIdentity.Of("backend", isMaster: false)]));

    private static ClaimsIdentity Identity(string type, string level, string name) =>
        new([new Claim(Level, level), new Claim(KeyName, name)], type);
}
