namespace Goim.Router.Memory;

/// <summary>An array that grows by small pages: what is in it never moves, and what is not used yet takes no memory.</summary>
internal sealed class Pages<T>
    where T : struct
{
    private const int Shift = 6, Size = 1 << Shift;

    private T[][] pages = [];

    public ref T this[int index] => ref pages[index >> Shift][index & (Size - 1)];

    /// <summary>Makes room for <paramref name="index"/>, the one after the last.</summary>
    public void GrowTo(int index)
    {
        var page = index >> Shift;
        if (page == pages.Length)
        {
            // A quarter more: these are references to pages only, one for 64 places.
            Array.Resize(ref pages, page + 1 + (page / 4));
        }

        pages[page] ??= new T[Size];
    }
}
