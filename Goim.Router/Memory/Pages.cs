namespace Goim.Router.Memory;

/// <summary>
/// An array that grows by pages of 64 elements. Growing never copies or moves an element, and a page is allocated only when it is used.
/// </summary>
internal sealed class Pages<T>
    where T : struct
{
    private const int Shift = 6, Size = 1 << Shift;

    private T[][] pages = [];

    public ref T this[int index] => ref pages[index >> Shift][index & (Size - 1)];

    /// <summary>Makes <paramref name="index"/> valid. It must be the highest valid index plus one, or 0 at first.</summary>
    public void GrowTo(int index)
    {
        var page = index >> Shift;
        if (page == pages.Length)
        {
            // Grows by a quarter. This array holds only one reference per page of 64 elements.
            Array.Resize(ref pages, page + 1 + (page / 4));
        }

        pages[page] ??= new T[Size];
    }
}
