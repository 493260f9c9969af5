using Goim.Comet.Client.Sample;

namespace Goim.Functions.Tests.Unit.Comet;

/// <summary>The arguments of the client command.</summary>
public sealed class ClientArgumentsTests
{
    [Theory]
    [InlineData("ws://localhost:7071/sub")]
    [InlineData("wss://comet.example/sub?v=1")]
    [InlineData("tcp://localhost:8080")]
    [InlineData("tls://[::1]:8443")]
    public void A_server_has_one_of_four_schemes(string server)
    {
        Assert.True(ClientArguments.TryParse([server, "42"], out var options, out _));

        Assert.Equal(new Uri(server), options.Server);
    }

    [Theory]
    [InlineData("localhost:7071")]
    [InlineData("http://localhost:7071/sub")]
    [InlineData("/sub")]
    [InlineData("")]
    [InlineData("tcp://localhost")]
    [InlineData("tcp://localhost:0")]
    [InlineData("tcp://localhost:8080/sub")]
    [InlineData("ws://user:password@localhost/sub")]
    [InlineData("ws:///sub")]
    public void Another_server_is_refused_with_what_was_expected(string server)
    {
        Assert.False(ClientArguments.TryParse([server, "42"], out _, out var problem));

        Assert.Equal(
            $"The server is '{server}': expected an address such as ws://localhost:7071/sub, wss://host/sub, tcp://localhost:8080 or"
            + " tls://host:8443.",
            problem);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8193)]
    public void A_token_that_no_comet_takes_is_refused_without_being_quoted(int bytes)
    {
        Assert.False(ClientArguments.TryParse(["tcp://localhost:8080", new string('x', bytes)], out _, out var problem));

        Assert.Equal($"The token has {bytes} bytes: expected 1 to 8,192 bytes of UTF-8.", problem);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void There_are_two_arguments(int count)
    {
        Assert.False(ClientArguments.TryParse([.. Enumerable.Repeat("tcp://localhost:8080", count)], out _, out var problem));

        Assert.Equal($"{count} arguments were given: expected two, the server and the token (--help says more).", problem);
    }
}
