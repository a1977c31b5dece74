using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// An entry read in place: what a decision asks of it, without an object for each of its parts. <see cref="PackedEntry"/>
/// describes the layout; decoding a whole entry reads the same parts by the same methods.
/// </summary>
internal readonly ref struct EntryView
{
    /// <summary>Texts up to this length are compared on the stack.</summary>
    private const int TextMax = 64;

    private readonly EntryTemplate _template;
    private readonly uint _shape;
    private readonly PackedReader _id;
    private readonly PackedReader _reference;
    private readonly PackedReader _names;
    private readonly PackedReader _birthDates;
    private readonly PackedReader _nationalities;
    private readonly PackedReader _documents;
    private readonly PackedReader _cleared;
    private readonly int _birthDateCount;
    private readonly int _nationalityCount;
    private readonly int _clearedCount;

    /// <summary>Walks through an entry once, noting where its parts stand.</summary>
    private EntryView(EntryTemplate template, PackedReader reader)
    {
        _template = template;
        _id = reader;
        PackedEntry.SkipId(ref reader, template);
        _shape = reader.Number();
        Sex = (_shape & PackedEntry.SexMask) switch { 0 => '\0', 1 => 'M', 2 => 'F', _ => (char)PackedParts.Small(reader.Number()) };
        _reference = reader;
        if (Has(PackedEntry.HasReference))
            reader.Bytes();
        NameCount = Has(PackedEntry.HasOneName) ? 1 : reader.Count();
        _names = reader;
        for (var i = 0; i < NameCount; i++)
            PackedName.Read(ref reader, hasQuality: !Has(PackedEntry.HasOneName));
        _birthDateCount = Has(PackedEntry.HasOneBirthDate) ? 1 : Has(PackedEntry.HasBirthDates) ? reader.Count() : 0;
        _birthDates = reader;
        for (var i = 0; i < _birthDateCount; i++)
            ReadBirthDate(ref reader, Has(PackedEntry.HasOneBirthDate));
        _nationalityCount = Has(PackedEntry.HasOneNationality) ? 1 : reader.Count();
        _nationalities = reader;
        Span<char> letters = stackalloc char[PackedParts.CountryLength];
        for (var i = 0; i < _nationalityCount; i++)
            PackedParts.TryReadCountry(ref reader, letters, out _);
        DocumentCount = Has(PackedEntry.HasDocuments) ? reader.Count() : 0;
        _documents = reader;
        for (var i = 0; i < DocumentCount; i++)
            PackedDocument.Read(ref reader);
        _clearedCount = Has(PackedEntry.HasDocuments) ? reader.Count() : 0;
        _cleared = reader;
        for (var i = 0; i < _clearedCount; i++)
            PackedClearedTraveller.Read(ref reader);
        IsDamaged = reader.IsDamaged || !reader.IsAtEnd || _shape > PackedEntry.ShapeMax;
    }

    /// <summary>The day from which it does not match (<see cref="WatchlistEntry.LapsesOn"/>).</summary>
    internal DateOnly LapsesOn => _template.ExpiresOn;

    /// <summary>As <see cref="WatchlistEntry.Direction"/>; an entry that says one stands verbatim.</summary>
    internal CrossingDirection Direction { get; private init; }

    /// <summary>As <see cref="WatchlistEntry.Sex"/>.</summary>
    internal char Sex { get; }

    internal int NameCount { get; }

    internal int DocumentCount { get; }

    internal BirthDateReader BirthDates => new(_birthDates, _birthDateCount, Has(PackedEntry.HasOneBirthDate));

    internal ClearedReader Cleared => new(_cleared, _clearedCount);

    private bool IsDamaged { get; }

    /// <summary>Opens an entry.</summary>
    /// <param name="packed">Untrusted.</param>
    /// <param name="shared">What entries refer to.</param>
    /// <param name="view">The entry; nothing of it may be read when the method returns a failure.</param>
    /// <returns>What is wrong with the bytes, or null.</returns>
    internal static PackageFailure? Open(ReadOnlySpan<byte> packed, SharedParts shared, out EntryView view)
    {
        view = default;
        var reader = new PackedReader(packed);
        var number = reader.Number();
        if (number == PackedEntry.Verbatim)
        {
            if (!PackedEntry.ReadVerbatim(ref reader).TryGet(out var entry, out var failure))
                return failure;
            view = Of(entry);
            return null;
        }

        if (number > (uint)shared.Templates.Length)
            return new PackageFailure(PackageStage.Records, "it names a template that is not there");
        view = new EntryView(shared.Templates[(int)number - 1], reader);
        return view.IsDamaged ? PackedEntry.Damaged : null;
    }

    /// <summary>A view of a decoded entry: packed anew, for the few that stand verbatim in a package.</summary>
    internal static EntryView Of(WatchlistEntry entry)
    {
        var asked = PackedEntry.WithoutMore(entry);
        var writer = new PackedWriter();
        PackedEntry.Write(EntryRecord.Encode(asked), asked, null, static _ => 0, new WrittenName[asked.Names.Length], writer);
        var reader = new PackedReader(writer.Written);
        reader.Number();
        return new EntryView(EntryTemplate.Of(asked, null), reader) { Direction = entry.Direction };
    }

    /// <summary>The whole entry, or what is wrong with its names.</summary>
    /// <param name="shared">What entries refer to.</param>
    /// <param name="index">The names of the package.</param>
    /// <param name="firstName">The entry's first name in the index.</param>
    internal Result<WatchlistEntry, PackageFailure> Decode(SharedParts shared, in PackageIndex index, int firstName)
    {
        var id = _id;
        var reference = _reference;
        var documents = _documents;
        var cleared = _cleared;
        if (!TryNames(shared.Patterns, index, firstName, out var names))
            return PackedEntry.Damaged;
        return new WatchlistEntry
        {
            ListName = _template.ListName,
            Owner = _template.Owner,
            LegalBasis = _template.LegalBasis,
            Purpose = _template.Purpose,
            Contact = _template.Contact,
            Action = _template.Action,
            Evidence = _template.Evidence,
            ExpiresOn = _template.ExpiresOn,
            EntryId = PackedEntry.ReadId(ref id, _template),
            Sex = Sex,
            Reference = Has(PackedEntry.HasReference) ? reference.Text() : "",
            Names = names,
            BirthDates = DecodeBirthDates(),
            Nationalities = DecodeNationalities(),
            Documents = PackedParts.ReadDocuments(ref documents, DocumentCount),
            Cleared = PackedParts.ReadCleared(ref cleared, _clearedCount),
        };
    }

    /// <summary>True when one of the entry's nationalities is written like this, whatever the case of its letters.</summary>
    internal bool HasNationality(string nationality)
    {
        var reader = _nationalities;
        Span<char> letters = stackalloc char[PackedParts.CountryLength];
        for (var i = 0; i < _nationalityCount; i++)
        {
            var isSame = PackedParts.TryReadCountry(ref reader, letters, out var text)
                ? nationality.AsSpan().Equals(letters, StringComparison.OrdinalIgnoreCase)
                : IsText(text, nationality);
            if (isSame)
                return true;
        }

        return false;
    }

    /// <summary>True when the entry names a document of this number.</summary>
    /// <param name="number">In the form of <see cref="DocumentNumber.Value"/>.</param>
    internal bool HasDocument(ReadOnlySpan<char> number)
    {
        var reader = _documents;
        for (var i = 0; i < DocumentCount; i++)
        {
            if (DocumentNumber.IsSpelling(PackedDocument.Read(ref reader).Number, number))
                return true;
        }

        return false;
    }

    /// <summary>True when a text is another one, whatever the case of its letters.</summary>
    /// <param name="utf8">As a package has it.</param>
    /// <param name="text">What it may be.</param>
    internal static bool IsText(ReadOnlySpan<byte> utf8, string text)
    {
        if (Encoding.UTF8.GetCharCount(utf8) != text.Length)
            return false;
        Span<char> written = text.Length <= TextMax ? stackalloc char[TextMax] : new char[text.Length];
        return text.AsSpan().Equals(written[..Encoding.UTF8.GetChars(utf8, written)], StringComparison.OrdinalIgnoreCase);
    }

    private bool Has(uint part) => (_shape & part) != 0;

    private static ListedBirthDate ReadBirthDate(ref PackedReader reader, bool isOnlyDate)
    {
        if (!isOnlyDate)
            return PackedParts.ReadBirthDate(ref reader);
        var date = PackedParts.ReadDate(ref reader);
        return new ListedBirthDate(date, date, IsApproximate: false);
    }

    private bool TryNames(byte[][] patterns, in PackageIndex index, int firstName, out ImmutableArray<ListedName> names)
    {
        names = [];
        var reader = _names;
        var read = new ListedName[NameCount];
        for (var i = 0; i < read.Length; i++)
        {
            var name = PackedName.Read(ref reader, hasQuality: !Has(PackedEntry.HasOneName));
            // Pattern and tokens of different names: the bytes are not what was written.
            if (name.Quality is < NameQuality.Primary or > NameQuality.Weak || !name.TryDecode(patterns, index, firstName, out var text))
                return false;
            read[i] = new ListedName(text, name.Quality);
        }

        names = ImmutableCollectionsMarshal.AsImmutableArray(read);
        return true;
    }

    private ImmutableArray<ListedBirthDate> DecodeBirthDates()
    {
        var dates = new ListedBirthDate[_birthDateCount];
        var reader = BirthDates;
        for (var i = 0; reader.TryRead(out var date); i++)
            dates[i] = date;
        return ImmutableCollectionsMarshal.AsImmutableArray(dates);
    }

    private ImmutableArray<string> DecodeNationalities()
    {
        var nationalities = new string[_nationalityCount];
        var reader = _nationalities;
        Span<char> letters = stackalloc char[PackedParts.CountryLength];
        for (var i = 0; i < nationalities.Length; i++)
            nationalities[i] = PackedParts.TryReadCountry(ref reader, letters, out var text) ? letters.ToString() : Encoding.UTF8.GetString(text);
        return ImmutableCollectionsMarshal.AsImmutableArray(nationalities);
    }

    /// <summary>Reads the dates of birth one after the other.</summary>
    internal ref struct BirthDateReader(PackedReader reader, int count, bool isOnlyDate)
    {
        private readonly bool _isOnlyDate = isOnlyDate;
        private PackedReader _reader = reader;
        private int _left = count;

        /// <summary>False when there are no more.</summary>
        internal bool TryRead(out ListedBirthDate date)
        {
            date = _left > 0 ? ReadBirthDate(ref _reader, _isOnlyDate) : default;
            return _left-- > 0;
        }
    }

    /// <summary>Reads the travellers whom the entry does not concern, one after the other.</summary>
    internal ref struct ClearedReader(PackedReader reader, int count)
    {
        private PackedReader _reader = reader;
        private int _left = count;

        /// <summary>False when there are no more.</summary>
        internal bool TryRead(out PackedClearedTraveller traveller)
        {
            traveller = _left > 0 ? PackedClearedTraveller.Read(ref _reader) : default;
            return _left-- > 0;
        }
    }
}
