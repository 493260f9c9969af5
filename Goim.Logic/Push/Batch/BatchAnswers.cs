using System.Buffers;
using System.Text.Json;
using Goim.Logic.Delivery;

namespace Goim.Logic.Push.Batch;

/// <summary>Writes the answers of a batch as NDJSON: one for each line, in order.</summary>
internal static class BatchAnswers
{
    /// <summary>Bytes of a line with one acknowledgement, roughly.</summary>
    private const int LineBytes = 64;

    // The outcome of a push that was not sent, and that may be sent if it is repeated.
    private static readonly ReadOnlyMemory<byte> None = """{"outcome":"none"}"""u8.ToArray();

    /// <summary>Writes the answers.</summary>
    /// <param name="planned">Each line's push, or its problem.</param>
    /// <param name="detail">Whether to write the recipients.</param>
    /// <param name="results">What the broker said about each push. Null for a dry run.</param>
    public static ReadOnlyMemory<byte> Write(ReadOnlySpan<Outcome<PlannedLine>> planned, bool detail, DeliveryResult?[]? results)
    {
        var output = new ArrayBufferWriter<byte>(planned.Length * LineBytes);
        var data = new ArrayBufferWriter<byte>(PushData.BufferBytes);
        using var json = new Utf8JsonWriter(data);
        for (var i = 0; i < planned.Length; i++)
        {
            if (!planned[i].Is(out var plan, out var problem))
            {
                var mayHelp = results is not null && problem is { RetryAfter: not null, IsDoneInPart: false, Data.IsEmpty: true };
                AnswerBody.WriteProblem(output, WithLine(problem, i + 1) with { Data = mayHelp ? None : problem.Data });
            }
            else if (!detail && results?[i] is { Outcome: DeliveryOutcome.All, Acknowledgements.Span: var acknowledgements })
            {
                WriteAcknowledged(output, acknowledgements);
            }
            else
            {
                data.ResetWrittenCount();
                json.Reset();
                var undelivered = results?[i]?.Problem();

                // The outcome of a push says that a repeat may help, which it does not where a record is too large for the topic.
                var result = undelivered is { RetryAfter: null } ? null : results?[i];
                if (detail || result is not null)
                {
                    PushData.Write(json, detail ? plan.Recipients : null, plan.Records.Count, result);
                }

                Write(output, i + 1, data.WrittenMemory, undelivered);
            }

            output.Write("\n"u8);
        }

        return output.WrittenMemory;
    }

    private static void WriteAcknowledged(ArrayBufferWriter<byte> output, ReadOnlySpan<Acknowledgement> acknowledgements)
    {
        output.Write(AnswerBody.BeforeData);
        output.Advance(AcknowledgementJson.Write(
            output.GetSpan(AcknowledgementJson.MaxLength(acknowledgements.Length)), acknowledgements));
        output.Write("}"u8);
    }

    private static void Write(ArrayBufferWriter<byte> output, int line, ReadOnlyMemory<byte> data, Problem? undelivered)
    {
        if (undelivered is null)
        {
            AnswerBody.WriteOk(output, data);
        }
        else
        {
            AnswerBody.WriteProblem(output, WithLine(undelivered, line) with { Data = data });
        }
    }

    private static Problem WithLine(Problem problem, int line) => problem with { Error = $"line {line}: {problem.Error}" };
}
