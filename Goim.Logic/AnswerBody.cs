using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Goim.Logic;

/// <summary>Writes the body of an answer, UTF-8 JSON.</summary>
public static class AnswerBody
{
    private const int Failed = 65535;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>{"ret":1}</c>.</summary>
    public static ReadOnlySpan<byte> Ok => """{"ret":1}"""u8;

    /// <summary>What an answer with data begins with.</summary>
    internal static ReadOnlySpan<byte> BeforeData => """{"ret":1,"data":"""u8;

    /// <summary>Writes <c>{"ret":1}</c>, or <c>{"ret":1,"data":…}</c> if there is data.</summary>
    /// <param name="output">Takes the body.</param>
    /// <param name="data">UTF-8 JSON, or empty.</param>
    public static void WriteOk(IBufferWriter<byte> output, ReadOnlyMemory<byte> data)
    {
        if (data.IsEmpty)
        {
            output.Write(Ok);
            return;
        }

        output.Write(BeforeData);
        output.Write(data.Span);
        output.Write("}"u8);
    }

    /// <summary>
    /// Writes <c>{"ret":1,"data":…,"published":false}</c>, without data if there is none: the call is done and its event is not sent.
    /// </summary>
    /// <param name="output">Takes the body.</param>
    /// <param name="data">UTF-8 JSON, or empty.</param>
    public static void WriteUnpublished(IBufferWriter<byte> output, ReadOnlyMemory<byte> data)
    {
        output.Write("""{"ret":1"""u8);
        if (!data.IsEmpty)
        {
            output.Write(""","data":"""u8);
            output.Write(data.Span);
        }

        output.Write(""","published":false}"""u8);
    }

    /// <summary>Writes <c>{"ret":65535,"error":"…"}</c>, with <c>data</c> if the problem has any.</summary>
    public static void WriteProblem(IBufferWriter<byte> output, Problem problem)
    {
        using var json = new Utf8JsonWriter(output, Readable);
        json.WriteStartObject();
        json.WriteNumber("ret"u8, Failed);
        json.WriteString("error"u8, problem.Error);
        if (!problem.Data.IsEmpty)
        {
            json.WritePropertyName("data"u8);
            json.WriteRawValue(problem.Data.Span, skipInputValidation: true);
        }

        json.WriteEndObject();
        json.Flush();
    }
}
