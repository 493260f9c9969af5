using Goim.LocalHost;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Integration.Access;

/// <summary>Settings of callers that refuse the start. No sentence has a key.</summary>
public sealed class AccessSettingsTests
{
    private const string Key = "Callers:a:Key=sixteen-letters-1";
    private const string Scopes = "Callers:a:Scopes=push.all";
    private const string BadKey = "Access__Callers__a__Key is no key: expected 16 to 256 printable ASCII characters without blanks and "
        + "commas, or two such keys separated by a comma.";

    private const string BadRooms =
        "expected rooms from 0 on and ranges of them, such as 0-999,2000, in ascending order without an overlap.";

    [Theory]
    [InlineData(BadKey, "Callers:a:Key=fifteen-letters", Scopes)]
    [InlineData(BadKey, "Callers:a:Key=sixteen letters 1", Scopes)]
    [InlineData(BadKey, "Callers:a:Key=sixteen-letters-1,", Scopes)]
    [InlineData(BadKey, "Callers:a:Key=sixteen-letters-1,sixteen-letters-2,sixteen-letters-3", Scopes)]
    [InlineData(
        "Access__Callers__a__Key is a reference to a Key Vault that the platform has not resolved: expected the key itself.",
        "Callers:a:Key=@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/caller-a)", Scopes)]
    [InlineData(
        "Access__Callers__a__Key and Access__Callers__b__Key are the same: expected one for each caller.",
        Key, Scopes, "Callers:b:Key=sixteen-letters-2,sixteen-letters-1", "Callers:b:Scopes=read")]
    [InlineData(
        "Access__Callers__a__Key has the same key twice: expected two different ones.",
        "Callers:a:Key=sixteen-letters-1,sixteen-letters-1", Scopes)]
    [InlineData(
        "Access__Callers__a__Key is missing: expected a key, or Access__Callers__a__Subject or Access__Callers__a__AppId "
            + "for bearer tokens.",
        Scopes)]
    [InlineData(
        "Access__Callers__a__Scopes is empty: expected one or more of push.user, push.room, push.all, comet, read or admin, "
            + "separated by commas.",
        Key)]
    [InlineData("Access__Callers__a__Scopes has 'push': expected push.user, push.room, push.all, comet, read or admin.",
        Key, "Callers:a:Scopes=read,push")]
    [InlineData("Access__Callers__a__Rooms is '9-0': " + BadRooms, Key, Scopes, "Callers:a:Rooms=9-0")]
    [InlineData("Access__Callers__a__Rooms is '0-9,9': " + BadRooms, Key, Scopes, "Callers:a:Rooms=0-9,9")]
    [InlineData("Access__Callers__a__Rooms is '-1': " + BadRooms, Key, Scopes, "Callers:a:Rooms=-1")]
    [InlineData("Access__Callers__a__Rooms is '0-2147483648': " + BadRooms, Key, Scopes, "Callers:a:Rooms=0-2147483648")]
    [InlineData("Access__Callers__a__Rooms is 'all': " + BadRooms, Key, Scopes, "Callers:a:Rooms=all")]
    [InlineData(
        "Access__Callers__a__RequestsPerSecond is '0': expected a whole number from 1 to 1000000.",
        Key, Scopes, "Callers:a:RequestsPerSecond=0")]
    [InlineData(
        "Access__Callers__a__UsersPerSecond is '1000001': expected a whole number from 1 to 1000000.",
        Key, Scopes, "Callers:a:UsersPerSecond=1000001")]
    [InlineData(
        "Access__Callers__a__Room is no setting: expected Key, Subject, AppId, Scopes, Rooms, RequestsPerSecond, UsersPerSecond "
            + "after Access__Callers__a__.",
        Key, Scopes, "Callers:a:Room=1")]
    [InlineData(
        "Access__Callers__a__Rooms__0 is no setting: expected Access__Callers__a__Rooms, one value.",
        Key, Scopes, "Callers:a:Rooms:0=5", "Callers:b:Key=sixteen-letters-2", "Callers:b:Scopes=read")]
    [InlineData("Access__Callers__a__Key__x is no setting: expected Access__Callers__a__Key, one value.",
        "Callers:a:Key:x=sixteen-letters-1", Scopes)]
    [InlineData(
        "Access__Callers__a__Rooms is empty: expected rooms from 0 on and ranges of them, such as 0-999,2000, in ascending order "
            + "without an overlap, or no such setting for all rooms.",
        Key, Scopes, "Callers:a:Rooms=")]
    [InlineData(
        "Access__KeepFunctionKey is no setting: expected Callers, Authority, Audience, KeepFunctionKeys after Access__.",
        "KeepFunctionKey=none")]
    [InlineData(
        "Access__Audience__0 is no setting: expected Access__Audience, one value.", "Audience:0=goim", "Authority=https://a.example")]
    [InlineData("Access__Callers is no setting: expected others, Access__Callers__….", "Callers=a")]
    [InlineData("Access__Callers has a caller unknown, a name of the trail for others: expected another name.",
        "Callers:unknown:Key=sixteen-letters-1", "Callers:unknown:Scopes=read")]
    [InlineData(
        "Access__Callers__a__Scopes has a name of 17 characters: expected push.user, push.room, push.all, comet, read or admin.",
        Key, "Callers:a:Scopes=sixteen-letters-1")]
    [InlineData(
        "Access__Authority has a user: expected an https:// URL without query and fragment (http:// for a loopback address only).",
        "Authority=https://sixteen-letters-1@a.example", "Audience=goim")]
    [InlineData(
        "Access__Callers__a__Key is a reference to a Key Vault that the platform has not resolved: expected the key itself.",
        "Callers:a:Key=sixteen-letters-1,@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/caller-a)", Scopes)]
    [InlineData("Access__Callers__a is no setting: expected Access__Callers__a__Key and others.", "Callers:a=sixteen-letters-1")]
    [InlineData(
        "Access__Callers has a caller 'a b': expected a name of 1 to 64 letters, digits, - _ or .",
        "Callers:a b:Key=sixteen-letters-1", "Callers:a b:Scopes=read")]
    [InlineData(
        "Access__Callers__embedded-comet is the caller that LocalHost adds for its own comet: expected another name.",
        "Callers:embedded-comet:Key=sixteen-letters-1", "Callers:embedded-comet:Scopes=comet")]
    [InlineData(
        "Access__Callers__a__Subject is set and Access__Authority is not: expected the provider of the caller's bearer tokens.",
        "Callers:a:Subject=s", Scopes)]
    [InlineData(
        "Access__Callers__a__AppId is set and Access__Authority is not: expected the provider of the caller's bearer tokens.",
        "Callers:a:AppId=s", Scopes)]
    [InlineData(
        "Access__Authority is 'http://a.example': expected an https:// URL without query and fragment "
            + "(http:// for a loopback address only).",
        "Authority=http://a.example", "Audience=goim")]
    [InlineData("Access__Authority is set and Access__Audience is not: expected both.", "Authority=https://a.example")]
    [InlineData("Access__Audience is set and Access__Authority is not: expected both.", "Audience=goim")]
    [InlineData(
        "Access__Callers__a__Subject and Access__Callers__b__Subject are the same: expected one for each caller.",
        "Authority=https://a.example", "Audience=goim", "Callers:a:Subject=s", Scopes, "Callers:b:Subject=s", "Callers:b:Scopes=read")]
    [InlineData(
        "Access__KeepFunctionKeys is none and there is no caller: expected either, or Access__Callers__{name}__*.",
        "KeepFunctionKeys=none")]
    [InlineData(
        "Access__KeepFunctionKeys is both and there is no caller: expected either, or Access__Callers__{name}__*.",
        "KeepFunctionKeys=both", "Callers:a:Key=")]
    [InlineData("Access__KeepFunctionKeys is 'no': expected either, none, both.", "KeepFunctionKeys=no")]
    public async Task A_bad_setting_ends_the_start_with_a_sentence_that_names_it(string expected, params string[] settings)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => LocalHostApp.StartAsync(
            ["--urls=http://127.0.0.1:0", .. settings.Select(setting => $"--Access:{setting}")]));

        Assert.Equal(expected, refused.Message);
        Assert.DoesNotContain("-letters", refused.Message, StringComparison.Ordinal);
    }
}
