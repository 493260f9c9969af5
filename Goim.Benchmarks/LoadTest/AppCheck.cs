using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.LoadTest;

/// <summary>One push to a room that nobody is in, before the load: the app answers, and takes the key.</summary>
internal static class AppCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <exception cref="TargetFailure">The app does not answer, or refuses the push. The message has no key.</exception>
    public static async Task RunAsync(Uri url, Credentials credentials, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { Timeout = Timeout };
        foreach (var header in credentials.Headers.Select(line => line.Split(": ", 2)))
        {
            http.DefaultRequestHeaders.TryAddWithoutValidation(header[0], header[1]);
        }

        var push = $"{url.ToString().TrimEnd('/')}/1/push/room?rid={LoadJobShape.FirstEmptyRoom}";
        try
        {
            using var body = new StringContent("load test");
            using var response = await http.PostAsync(push, body, cancellationToken);
            var answer = (await response.Content.ReadAsStringAsync(cancellationToken)).Trim();
            if (!response.IsSuccessStatusCode || !answer.Contains("\"ret\":1", StringComparison.Ordinal))
            {
                throw new TargetFailure(
                    $"{push} answered {(int)response.StatusCode} {answer}: expected 200 and ret 1 ({credentials.Given}).");
            }
        }
        catch (HttpRequestException failure)
        {
            throw new TargetFailure($"{url} does not answer: {(failure.InnerException ?? failure).Message}", failure);
        }
        catch (TaskCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TargetFailure($"{url} does not answer within {Timeout.TotalSeconds:0} s.", failure);
        }
    }
}
