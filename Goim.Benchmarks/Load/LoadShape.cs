namespace Goim.Benchmarks.Load;

/// <summary>The load: what is sent, and for how long.</summary>
/// <param name="Route">One of <see cref="RequestWriter.Routes"/>.</param>
/// <param name="Ack">Query parameter <c>ack</c> of pushes; null for none.</param>
/// <param name="Headers">Header lines as they are sent, such as <c>x-functions-key: abc</c>.</param>
/// <param name="Connections">Number of connections, with one request at a time each.</param>
/// <param name="UsersPerPush">Users in one <c>pushs</c>, <c>router/mget</c> or <c>router/mput</c>; lines in one <c>push/batch</c>.</param>
/// <param name="Bytes">Size of a message.</param>
/// <param name="WarmUp">Time before the measurement.</param>
/// <param name="Duration">Time of the measurement.</param>
internal sealed record LoadShape(
    string Route, string? Ack, string[] Headers, int Connections, int UsersPerPush, int Bytes, TimeSpan WarmUp, TimeSpan Duration)
{
    public override string ToString()
    {
        var ack = Ack is null ? "" : $" ack={Ack}";
        var users = RequestWriter.HasMany(Route) ? $", {UsersPerPush} users per request" : "";
        return $"{Route}{ack}, {Connections} connections, {Bytes} bytes per message{users}";
    }
}

/// <summary>The sessions at the start: each of the <paramref name="Users"/> users has the same number of sessions.</summary>
/// <param name="Users">Number of users.</param>
/// <param name="SessionsPerUser">Sessions of each user.</param>
/// <param name="Rooms">Number of rooms that the sessions are spread over evenly; ids start at 1.</param>
/// <param name="Servers">Number of comet servers that the sessions are spread over evenly; ids start at 1.</param>
/// <param name="FirstUser">Id of the first user.</param>
/// <param name="FirstRoom">Id of the first room.</param>
internal sealed record Population(int Users, int SessionsPerUser, int Rooms, int Servers, long FirstUser = 1, int FirstRoom = 1)
{
    public override string ToString() => $"{Users} users, {SessionsPerUser} sessions each, {Rooms} rooms, {Servers} comet servers";
}
