using System.Text;
using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Hosting.OpenApi;

namespace Goim.Functions.Tests.Integration.Documentation;

/// <summary>goim.http, which editors send from: each request is answered as the comment above it says.</summary>
public sealed partial class HttpFileTests
{
    [Fact]
    public async Task Every_request_is_answered_as_its_comment_says()
    {
        var requests = Requests(await File.ReadAllTextAsync(Path.Combine(DocumentationTests.Repository(), "goim.http")));
        using var host = LocalHostProcess.Start(
            new Dictionary<string, string> { ["Comet__Embedded"] = "true" }, "--urls=http://127.0.0.1:0");
        var url = Address().Match(await host.ReadToAsync("Ctrl+C")).Value;
        var check = ApiCheck.Of(new Uri(url));
        using var http = new HttpClient(new ApiCheckHandler(check));

        Assert.InRange(requests.Count, 20, 60);
        foreach (var request in requests)
        {
            using var message = request.ToMessage(url);
            using var answer = await http.SendAsync(message);

            var expected = Regex.Escape(request.Answer).Replace("…", ".+", StringComparison.Ordinal);
            Assert.Matches($"^{expected}$", $"{(int)answer.StatusCode} {(await answer.Content.ReadAsStringAsync()).TrimEnd('\n')}");
        }

        check.End();
    }

    // Between two lines that begin with ###: comments, of which the last ones are the answer, the request's line, headers, a blank line
    // and the body.
    private static List<DocumentedRequest> Requests(string file) =>
    [
        .. file.Split("\n###").Skip(1).Select(static text =>
        {
            var lines = text.Split('\n').Skip(1).ToList();
            var comments = lines.TakeWhile(static line => line.StartsWith('#')).Select(static line => line[2..]);
            var rest = lines.SkipWhile(static line => line.StartsWith('#')).ToList();
            var (head, body) = (rest.TakeWhile(static line => line.Length > 0).ToList(), rest.SkipWhile(static line => line.Length > 0));
            return new DocumentedRequest(
                string.Join("\n", comments.SkipWhile(static line => !Status().IsMatch(line))),
                head[0].Split(' ')[0],
                head[0].Split(' ')[1],
                [.. head.Skip(1).Select(static line => line.Split(": ", 2)).Select(static pair => (pair[0], pair[1]))],
                string.Join("\n", body).Trim('\n'));
        }),
    ];

    [GeneratedRegex("^[0-9]{3} ")]
    private static partial Regex Status();

    [GeneratedRegex("http://127.0.0.1:[0-9]+(?=/1/push)")]
    private static partial Regex Address();

    /// <summary>A request of the file.</summary>
    /// <param name="Answer">Status and body, with … for what varies.</param>
    /// <param name="Method">Its method.</param>
    /// <param name="Url">Its URL, with <c>{{host}}</c>.</param>
    /// <param name="Headers">Its headers.</param>
    /// <param name="Body">Empty for none.</param>
    private sealed record DocumentedRequest(string Answer, string Method, string Url, (string Name, string Value)[] Headers, string Body)
    {
        public HttpRequestMessage ToMessage(string host)
        {
            var message = new HttpRequestMessage(new HttpMethod(Method), Url.Replace("{{host}}", host, StringComparison.Ordinal));
            if (Method == "POST")
            {
                message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
            }

            foreach (var (name, value) in Headers)
            {
                Assert.True(
                    message.Headers.TryAddWithoutValidation(name, value)
                    || message.Content!.Headers.TryAddWithoutValidation(name, value));
            }

            return message;
        }
    }
}
