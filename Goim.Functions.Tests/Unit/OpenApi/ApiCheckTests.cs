using System.Text;
using System.Text.Json.Nodes;
using Goim.Functions.Tests.Hosting.OpenApi;

namespace Goim.Functions.Tests.Unit.OpenApi;

/// <summary>The check of the tests' answers against docs/openapi.yaml, with a document of its own.</summary>
public sealed class ApiCheckTests
{
    private const string Document = """
        paths:
          /1/push:
            post:
              operationId: Push
              responses:
                '200':
                  headers:
                    RateLimit-Limit: { schema: { type: integer } }
                  content:
                    application/json:
                      schema: { oneOf: [{ $ref: '#/components/schemas/Ok' }, { $ref: '#/components/schemas/Problem' }] }
                '400': { $ref: '#/components/responses/BadInput' }
                '405':
                  headers:
                    Allow: { required: true, schema: { type: string } }
                  content: { application/json: { schema: { $ref: '#/components/schemas/Problem' } } }
                '413': { x-goim-may-be-empty: true, content: { application/json: { schema: { $ref: '#/components/schemas/Problem' } } } }
                '500': { description: Empty. }
          /1/push/batch:
            post:
              operationId: PushBatch
              responses:
                '200': { content: { application/x-ndjson: { schema: { $ref: '#/components/schemas/Ok' } } } }
          /monitor/ping:
            get:
              operationId: Ping
              responses: &ping
                '200': { content: { text/plain: { schema: { const: ok } } } }
            head:
              operationId: Ping
              responses: *ping
        components:
          responses:
            BadInput: { content: { application/json: { schema: { $ref: '#/components/schemas/Problem' } } } }
          schemas:
            Ok:
              type: object
              required: [ret]
              properties: { ret: { const: 1 }, data: { type: array, items: { type: integer, format: int64 } } }
              unevaluatedProperties: false
            Problem:
              type: object
              required: [ret, error]
              properties: { ret: { const: 65535 }, error: { type: string } }
              additionalProperties: false
        """;

    private const string Ok = """{"ret":1}""";
    private const string Refused = """{"ret":65535,"error":"m is missing."}""";
    private const string Json = "Content-Type: application/json; charset=utf-8";
    private const string Lines = "Content-Type: application/x-ndjson; charset=utf-8";
    private const string Text = "Content-Type: text/plain; charset=utf-8";
    private const string WithStatus = "X-Goim-Errors: HTTP";

    private static readonly ApiCheck Check =
        new(new ApiDocument((JsonObject)YamlJson.Read(new StringReader(Document))!), "localhost:7071");

    [Theory]
    [InlineData("POST /1/push", "", 200, Json, Ok)]
    [InlineData("POST /1/Push/", "", 200, Json + "|Date: today|Vary: Origin|Access-Control-Allow-Origin: *|RateLimit-Limit: 5", Ok)]
    [InlineData("POST /1/push", "", 200, Json, """{"ret":1,"data":[1,-9223372036854775808]}""")]
    [InlineData("POST /1/push", "", 200, Json, Refused)]
    [InlineData("POST /1/push", WithStatus, 400, Json, Refused)]
    [InlineData("GET /1/push", "", 405, Json + "|Allow: POST", Refused)]
    [InlineData("GET /1/push", "", 404, "", "")]
    [InlineData("POST /1/push", "", 413, "", "")]
    [InlineData("POST /1/push", "", 500, "", "")]
    [InlineData("POST /1/push/batch", "", 200, Lines, Ok + "\n" + Ok + "\n")]
    [InlineData("GET /monitor/ping", "", 200, Text, "ok")]
    [InlineData("HEAD /monitor/ping", "", 200, Text, "")]
    [InlineData("GET /elsewhere", "", 201, "X-Own: 1", "anything")]
    public void What_the_document_says_passes(string request, string sent, int status, string headers, string body) =>
        Assert.Null(Check.Deviation(Seen(request, sent, status, headers, body)));

    [Theory]
    [InlineData("POST /1/push", "", 409, Json, Refused, "Push: the status is 409: expected 200, 400, 405, 413, 500")]
    [InlineData("POST /1/push", "Origin: https://evil.example", 403, Json, Refused, "Push: the status is 403")]
    [InlineData("POST /1/push", WithStatus, 400, "", "", "Push 400: expected content: application/json")]
    [InlineData("POST /1/push", "", 200, Json, """{"ret":1,"data":[1,"2"]}""", "Push 200: at '/data/1':")]
    [InlineData("POST /1/push", "", 200, Json, """{"ret":1,"more":2}""", "Push 200: at '/more':")]
    [InlineData("POST /1/push", "", 200, Json, """{"ret":65535}""", "error")]
    [InlineData("POST /1/push", "", 200, Json, "{", "Push 200: is no JSON")]
    [InlineData("POST /1/push", "", 200, Text, "ok", "Push 200: the type is text/plain: expected application/json")]
    [InlineData("POST /1/push", "", 200, "", "", "Push 200: expected content: application/json")]
    [InlineData("POST /1/push", "", 500, Json, Refused, "Push 500: expected content: none")]
    [InlineData("POST /1/push", "", 200, Json + "|X-Own: 1", Ok, "Push 200: the header X-Own: 1 is not in the document")]
    [InlineData("POST /1/push", "", 200, Json + "|RateLimit-Limit: many", Ok, "Push 200: the header RateLimit-Limit: many")]
    [InlineData("GET /1/push", "", 405, Json, Refused, "Push 405: the header Allow is missing")]
    [InlineData("GET /1/push", "", 200, Json, Ok, "Push: the method GET is not in the document")]
    [InlineData("POST /1/push", "", 405, Json + "|Allow: POST", Refused, "Push: the method POST is in the document")]
    [InlineData("POST /1/push", WithStatus, 200, Json, Refused, "Push 200: the status is 200 with ret 65535")]
    [InlineData("POST /1/push", "", 400, Json, Refused, "Push 400: the status is 400, and the request has no X-Goim-Errors: http")]
    [InlineData("POST /1/push/batch", "", 200, Lines, Ok + "\n" + Refused + "\n", "PushBatch 200: line 2 at '/")]
    [InlineData("POST /1/push/batch", "", 200, Lines, Ok, "PushBatch 200: line 1 has no end")]
    [InlineData("GET /monitor/ping", "", 200, Text, "well", "Ping 200: at ''")]
    public void Anything_else_is_a_deviation(string request, string sent, int status, string headers, string body, string deviation) =>
        Assert.Contains(deviation, Check.Deviation(Seen(request, sent, status, headers, body)), StringComparison.Ordinal);

    [Fact]
    public void An_empty_400_passes_for_a_request_that_is_no_HTTP() =>
        Assert.Null(Check.Deviation(Seen("POST /1/push", "", 400, "", "") with { IsMalformed = true }));

    [Fact]
    public void Of_a_large_answer_the_first_items_are_checked()
    {
        var numbers = string.Join(',', Enumerable.Repeat("100000", 20_000));
        string Data(string first) => $$"""{"ret":1,"data":[{{first}}{{numbers}},"last"]}""";

        Assert.Null(Check.Deviation(Seen("POST /1/push", "", 200, Json, Data(""))));
        Assert.Contains("at '/data/0'", Check.Deviation(Seen("POST /1/push", "", 200, Json, Data("\"first\","))), StringComparison.Ordinal);
    }

    private static SeenAnswer Seen(string request, string sent, int status, string headers, string body) =>
        new(request.Split(' ')[0], request.Split(' ')[1], status)
        {
            Sent = Lookup(sent),
            Headers = Lookup(headers),
            Body = Encoding.UTF8.GetBytes(body),
        };

    private static ILookup<string, string> Lookup(string headers) =>
        headers.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(static header => header.Split(": "))
            .ToLookup(static header => header[0], static header => header[1], StringComparer.OrdinalIgnoreCase);
}
