using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace Goim.Functions.Tests.Integration.OpenApi;

/// <summary>An instruction of compiled code.</summary>
/// <param name="Code">The operation.</param>
/// <param name="Operand">A text, or a method. Null for any other operand.</param>
internal sealed record Instruction(OpCode Code, object? Operand)
{
    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => (OpCode)field.GetValue(null)!).ToDictionary(static code => code.Value);

    /// <summary>The method that is called, or whose address is taken. Null for other instructions.</summary>
    public MethodBase? Method => Operand as MethodBase;

    /// <summary>Whether the next instruction may be another one than the one that follows.</summary>
    public bool IsBranch => Code.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch or FlowControl.Return or FlowControl.Throw;

    /// <summary>How many more values it leaves on the stack than it takes.</summary>
    public int Growth => Pushed(Code.StackBehaviourPush) - Popped(Code.StackBehaviourPop);

    /// <summary>The instructions of a method, in order. None if it has no body.</summary>
    public static IReadOnlyList<Instruction> Of(MethodBase method)
    {
        var code = new List<Instruction>();
        ReadOnlySpan<byte> bytes = method.GetMethodBody()?.GetILAsByteArray();
        while (!bytes.IsEmpty)
        {
            var length = bytes[0] == 0xfe ? 2 : 1;
            var opcode = Codes[length == 2 ? BinaryPrimitives.ReadInt16BigEndian(bytes) : bytes[0]];
            bytes = bytes[length..];
            code.Add(new Instruction(opcode, OperandOf(opcode, bytes, method)));
            bytes = bytes[SizeOf(opcode, bytes)..];
        }

        return code;
    }

    private static object? OperandOf(OpCode code, ReadOnlySpan<byte> bytes, MethodBase method) => code.OperandType switch
    {
        OperandType.InlineString => method.Module.ResolveString(BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        OperandType.InlineMethod => method.Module.ResolveMethod(
            BinaryPrimitives.ReadInt32LittleEndian(bytes),
            method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null,
            method.IsGenericMethod ? method.GetGenericArguments() : null),
        _ => null,
    };

    private static int SizeOf(OpCode code, ReadOnlySpan<byte> bytes) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        _ => 4,
    };

    private int Popped(StackBehaviour pop) => pop switch
    {
        StackBehaviour.Pop0 => 0,
        StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref => 1,
        StackBehaviour.Varpop => Method is null ? 0
            : Method.GetParameters().Length + (Method.IsStatic || Code == OpCodes.Newobj ? 0 : 1),
        _ => pop.ToString().Split('_').Length,
    };

    private int Pushed(StackBehaviour push) => push switch
    {
        StackBehaviour.Push0 => 0,
        StackBehaviour.Push1_push1 => 2,
        StackBehaviour.Varpush => Method is MethodInfo { ReturnType: var type } && type != typeof(void) ? 1 : 0,
        _ => 1,
    };
}
