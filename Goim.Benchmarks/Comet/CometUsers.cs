using System.Globalization;
using System.Text;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Comet;

/// <summary>Who the clients are.</summary>
/// <param name="credentials">Signs their tokens. Null: a token is the user id, which goim's default logic takes.</param>
/// <param name="first">Id of the first user. The others have the ids after it.</param>
/// <param name="room">The room that signed tokens name. Without signed tokens the app decides: room 1.</param>
internal sealed class CometUsers(Credentials? credentials = null, long first = 1, int room = 1)
{
    public long First => first;

    /// <summary>The room that they are in.</summary>
    public int Room => credentials is { HasSignedTokens: true } ? room : 1;

    public byte[] Token(long userId) =>
        credentials?.Token(userId, room) ?? Encoding.ASCII.GetBytes(userId.ToString(CultureInfo.InvariantCulture));
}
