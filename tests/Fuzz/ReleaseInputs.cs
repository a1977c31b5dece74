using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Watchlists.Deltas;

namespace EdgeCheckpoint.Fuzz;

/// <summary>
/// Damaged deltas of entries and documents, registers, heads of bundles, statements of what is newest and lines of the release log. A delta is packed by no codec here, so that damage
/// reaches its columns; what is read all the same is laid over a list, as an appliance does before it compares the root.
/// </summary>
internal sealed class ReleaseInputs
{
    private static readonly DateOnly Today = new(2026, 11, 30);
    private static readonly string[] Numbers = ["UT1", "UT2", "UT3", "UT4", "UT5", "UT6", "UT7"];

    private readonly WatchlistPackage _lowest;
    private readonly byte[] _delta;
    private readonly byte[] _statement;
    private readonly byte[] _line;
    private readonly byte[] _register;
    private readonly byte[] _run;
    private readonly DocumentRegister _lowestRegister;
    private readonly byte[] _head = BundleHead.Write("index"u8, "signature"u8);

    public ReleaseInputs()
    {
        WatchlistEntry[] before = [Entry(1, "Brandvold, Isaura Lene"), Entry(2, "Okonjo, Tarik"), Entry(3, "Maridottir, Signe")];
        _lowest = WatchlistPackage.Open(new MemorySectionSource(WatchlistPackageWriter.Write(before, 12, 1, "Utopia", new byte[SipHash.KeyLength]))).Value;
        WatchlistEntry[] after = [before[0], Entry(3, "Maridottir, Signe Changed"), .. Enumerable.Range(4, 6).Select(static i => Entry(i, $"Quillfeather, Obadiah {(char)('A' + i)}"))];
        _delta = EntryDelta.Between(_lowest, after.ToDictionary(static entry => entry.EntryId, EntryRecord.Encode)).Encode(static plain => plain.ToArray());
        _register = Register(12, Numbers);
        _lowestRegister = DocumentRegister.Open(new MemorySectionSource(_register)).Value;
        _run = DocumentRegisterRun.Between(
            _lowestRegister, DocumentRegister.Open(new MemorySectionSource(Register(13, [.. Numbers[1..], "UX9"]))).Value, static plain => plain.ToArray());
        _line = new ReleaseLogEntry(1, ReleaseLogEntry.NoHead, ReleaseKind.Watchlist, Guid.Empty, 12, new byte[32], 1).Encode();
        _statement = new NewestStatement
        {
            IssuedAtUnixMicroseconds = 1,
            ExpiresAtUnixMicroseconds = 2,
            Log = ReleaseLogHead.None.Take(_line).Value,
            Releases = [new NewestRelease(ReleaseKind.Watchlist, 12, new byte[32])],
        }.Encode();
    }

    private static byte[] Register(ulong version, string[] numbers)
    {
        DocumentListTerms Terms(ushort number) => new()
        {
            Number = number,
            Name = $"Invented {number}",
            Owner = "Police of Utopia",
            LegalBasis = "Passport Act",
            Purpose = "fuzzing",
            Action = RequestedAction.SeizeDocument,
            ExpiresOn = Today.AddDays(number == 2 ? 0 : 1),
        };
        var listKey = new byte[SipHash.KeyLength];
        var writer = new DocumentTableWriter(listKey, version);
        for (var i = 0; i < numbers.Length; i++)
            writer.Add(DocumentKey.Of(listKey, "UTO", DocumentClass.Passport, DocumentNumber.Parse(numbers[i])), new DocumentMention((ushort)(i % 4), IsDiscreet: false, Today).ToPayload());
        return DocumentRegister.Write(new DocumentRegisterHead(listKey, [Terms(0), Terms(1), Terms(2)], [new DocumentListGroup(3, [0, 1])]), writer);
    }

    /// <returns>True when a damaged delta was read and laid over the list.</returns>
    public bool Try(Random random, Action<bool, string> require)
    {
        switch (random.Next(10))
        {
            case 0:
                var head = Damaged(_head, random);
                require(!BundleHead.TryRead(head.AsSpan(0, Math.Min(head.Length, BundleHead.Length)), out _) || head.Length >= BundleHead.Length, "a bundle without a head");
                return false;
            case 1:
                var bytes = Damaged(_statement, random);
                require(!NewestStatement.Parse(bytes).TryGet(out var statement, out _) || NewestStatement.Parse(statement.Encode()).IsSuccess, "a statement that is not read again");
                return false;
            case 2:
                require(!ReleaseLogHead.None.Take(Damaged(_line, random)).TryGet(out var next, out _) || next.Size == 1, "a line that is not the first");
                return false;
            case 3:
                return TryRegister(Damaged(_register, random), require);
            case 4:
                return TryRun(Damaged(_run, random), require);
            default:
                return TryDelta(Damaged(_delta, random), require);
        }
    }

    private static bool TryRegister(byte[] bytes, Action<bool, string> require)
    {
        if (!DocumentRegister.Open(new MemorySectionSource(bytes)).TryGet(out var register, out _))
            return false;
        foreach (var number in Numbers)
            require(register.Search("UTO", DocumentClass.Passport, DocumentNumber.Parse(number), isProven: false, Today, isClockDoubtful: false).Hits.Length <= register.Head.Lists.Length, "more hits than lists");
        return true;
    }

    private bool TryRun(byte[] bytes, Action<bool, string> require)
    {
        if (!DocumentRegisterRun.Decode(bytes, static (frame, plain) => frame.Length == plain.Length && frame.TryCopyTo(plain)).TryGet(out var run, out _))
            return false;
        try
        {
            var led = DocumentRegister.Open(new MemorySectionSource(_lowestRegister.Apply(run)));
            require(led.TryGet(out var register, out var failure), $"a register that does not open: {failure}");
            require(register!.Count <= Numbers.Length + run.ChangeCount, "more documents than there can be");
        }
        catch (InvalidDataException)
        {
            // For another register: an appliance refuses it.
        }

        return true;
    }

    private bool TryDelta(byte[] bytes, Action<bool, string> require)
    {
        if (!EntryDelta.Decode(bytes, static (frame, plain) => frame.Length == plain.Length && frame.TryCopyTo(plain)).TryGet(out var delta, out _))
            return false;
        require(EntryDelta.Decode(delta.Encode(static plain => plain.ToArray()), static (frame, plain) => frame.TryCopyTo(plain)).TryGet(out var again, out _)
            && again.Put.Length == delta.Put.Length && again.Removed.SequenceEqual(delta.Removed), "a delta that is written and read differently");
        var written = ListOverlay.Write(_lowest, null, delta, 13, 2);
        require(WatchlistPackage.Open(new MemorySectionSource(written)).TryGet(out var overlay, out var failure), $"an overlay that does not open: {failure}");
        var runs = WatchlistRuns.Of(_lowest, [overlay!]);
        require(StateRoot.Of(runs).Length == 32 && runs.EntryCount <= 3 + delta.Put.Length, "more entries than there can be");
        return true;
    }

    /// <summary>Bytes changed, cut off, put in or taken out; at times a whole stretch.</summary>
    private static byte[] Damaged(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var change = random.Next(1, 4); change > 0 && bytes.Count > 0; change--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(12))
            {
                case 0:
                    bytes.RemoveRange(at, random.Next(1, Math.Min(8, bytes.Count - at) + 1));
                    break;
                case 1:
                    bytes.InsertRange(at, Enumerable.Range(0, random.Next(1, 8)).Select(_ => (byte)random.Next(256)));
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes[at] = (byte)random.Next(256);
                    break;
                default:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return [.. bytes];
    }

    private static WatchlistEntry Entry(int number, string name) => new()
    {
        EntryId = $"uto:{number}",
        ListName = "Utopia national list",
        Owner = "Ministry of the Interior of Utopia",
        LegalBasis = "Border Act of Utopia section 12",
        Purpose = "fuzzing",
        Action = RequestedAction.Inquire,
        Evidence = EvidenceGrade.Documented,
        ExpiresOn = new DateOnly(2099, 12, 31),
        Names = [new ListedName(name, NameQuality.Primary)],
        BirthDates = [new ListedBirthDate(PartialDate.From(new DateOnly(1960 + number, 2, 3)), PartialDate.From(new DateOnly(1960 + number, 2, 3)), IsApproximate: false)],
        Nationalities = ["UTO"],
        Documents = [new ListedDocument("Passport", $"UT{number}", "UTO")],
        Cleared = [],
        Sex = 'M',
    };
}
