using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using EdgeCheckpoint.Core.Tests.Watchlists.Deltas;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

public sealed class DocumentRegisterTests
{
    private static readonly DateOnly Today = new(2026, 11, 30);

    private static DocumentCheck Search(
        byte[] content, string number, string issuer = "UTO", DocumentClass documentClass = DocumentClass.Passport, bool isProven = true, bool isClockDoubtful = false) =>
        Registers.Open(content).Search(issuer, documentClass, DocumentNumber.Parse(number), isProven, Today, isClockDoubtful);

    [Fact]
    public void Search_ListedNumber_SaysWhichListAndSinceWhen()
    {
        var hit = Assert.Single(Search(Registers.Of(3, new RegisterRow("UT 4471-X02", ReportedOn: new DateOnly(2026, 1, 31))), "UT4471X02").Hits);

        Assert.Equal((Registers.Stolen, new DateOnly(2026, 1, 31), 0), (hit.List, hit.ReportedOn, hit.Changes));
        Assert.Equal("document:Stolen in Utopia", hit.EntryId);
        Assert.Empty(hit.Differences);
        Assert.Contains("Reported on 2026-01-31.", hit.Agreements);
        Assert.Contains("Contact: +999 1 555 0100.", hit.Agreements);
    }

    [Theory]
    [InlineData("UT4471X03", "UTO", DocumentClass.Passport)]
    [InlineData("UT4471X02", "XXA", DocumentClass.Passport)]
    [InlineData("UT4471X02", "UTO", DocumentClass.Card)]
    public void Search_AnotherDocument_FindsNothingAndHasNoProblem(string number, string issuer, DocumentClass documentClass) =>
        Assert.Same(DocumentCheck.Nothing, Search(Registers.Of(3, new RegisterRow("UT4471X02")), number, issuer, documentClass));

    /// <summary>Fifteen strangers' numbers are not tried where a check digit vouches for the one that was read.</summary>
    [Fact]
    public void Search_NumberThatMayBeMisread_IsFoundOnlyWhereNothingVouchesForIt()
    {
        var content = Registers.Of(3, new RegisterRow("UT4471XO2"));

        Assert.Empty(Search(content, "UT4471X02").Hits);
        var hit = Assert.Single(Search(content, "UT4471X02", isProven: false).Hits);
        Assert.Equal(1, hit.Changes);
        Assert.Contains("1 other character", hit.Differences[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Search_PersonTypedIn_IsComparedWithEveryKindOfDocument()
    {
        var content = Registers.Of(3, new RegisterRow("UT1", Class: DocumentClass.Card), new RegisterRow("UT2", Class: DocumentClass.Visa), new RegisterRow("UT3", Class: DocumentClass.Unstated));

        Assert.All(["UT1", "UT2", "UT3"], number => Assert.Single(Search(content, number, documentClass: DocumentClass.Unstated, isProven: false).Hits));
    }

    [Fact]
    public void Search_IssuerUnknown_IsNeverASilentClear()
    {
        var content = Registers.Of(3, new RegisterRow("UT4471X02"), new RegisterRow("Q7781", "", DocumentClass.Unstated));

        Assert.Contains("nobody said who issued", Search(content, "UT4471X02", issuer: "<<<").Problem, StringComparison.Ordinal);
        var found = Search(content, "Q7781", issuer: "");
        Assert.NotEmpty(found.Problem);
        Assert.Contains(Assert.Single(found.Hits).Differences, static line => line.Contains("does not say who issued", StringComparison.Ordinal));
    }

    [Fact]
    public void Search_ListPastItsExpiry_MatchesOnlyByADoubtfulClock()
    {
        var content = Registers.Of(3, [Registers.Terms(0, "Old", expiresOn: Today)], [new RegisterRow("UT4471X02")]);

        Assert.Empty(Search(content, "UT4471X02").Hits);
        Assert.True(Assert.Single(Search(content, "UT4471X02", isClockDoubtful: true).Hits).IsPastExpiry);
    }

    /// <summary>One key has one row; no list hides another that names the same document.</summary>
    [Fact]
    public void Search_DocumentOfSeveralLists_IsAHitOfEachThatHasNotEnded()
    {
        ImmutableArray<DocumentListTerms> lists =
        [
            Registers.Terms(0, "Discreet", RequestedAction.Discreet), Registers.Terms(1, "Open"), Registers.Terms(2, "Ended", expiresOn: Today), Registers.Terms(3, "Other"),
        ];
        var content = Registers.Of(3, lists, [new RegisterRow("UT1", List: 9), new RegisterRow("UT2", List: 0)], groups: [new DocumentListGroup(9, [0, 1, 2])]);

        Assert.Equal(["Discreet", "Open"], Search(content, "UT1").Hits.Select(static hit => hit.List.Name));
        Assert.Equal(["Discreet", "Open", "Ended"], Search(content, "UT1", isClockDoubtful: true).Hits.Select(static hit => hit.List.Name));
        Assert.True(Assert.Single(Search(content, "UT2").Hits).IsDiscreet);
    }

    [Fact]
    public void Head_WithGroups_ReadsBack()
    {
        var head = new DocumentRegisterHead(
            Registers.ListKey, [Registers.Terms(0, "A"), Registers.Terms(1, "B"), Registers.Terms(5, "C")], [new DocumentListGroup(7, [0, 5]), new DocumentListGroup(8, [0, 1, 5])]);

        var read = DocumentRegisterHead.Parse(head.Encode()).Value;

        Assert.Equal([(7, "0,5"), (8, "0,1,5")], read.Groups.Select(static group => ((int)group.Number, string.Join(',', group.Lists))));
        Assert.Equal(["A", "C"], read.Find(7).Select(static list => list.Name));
        Assert.Empty(read.Find(6));
    }

    public static TheoryData<DocumentListGroup[]> WrongGroups =>
    [
        new DocumentListGroup[] { new(1, [0, 1]) },
        new DocumentListGroup[] { new(7, [0]) },
        new DocumentListGroup[] { new(7, [1, 0]) },
        new DocumentListGroup[] { new(7, [0, 0]) },
        new DocumentListGroup[] { new(7, [0, 1]), new(7, [0, 1]) },
        new DocumentListGroup[] { new(8, [0, 1]), new(7, [0, 1]) },
        new DocumentListGroup[] { new(DocumentListTerms.NumberMax + 1, [0, 1]) },
    ];

    [Theory]
    [MemberData(nameof(WrongGroups))]
    public void Parse_GroupThatCannotBe_IsRefused(DocumentListGroup[] groups) =>
        Assert.Contains("groups of lists", DocumentRegisterHead.Parse(HeadWith(groups)).Failure.ToString(), StringComparison.Ordinal);

    [Fact]
    public void Parse_GroupOfAListThatIsNotThere_IsRefused() =>
        Assert.False(DocumentRegisterHead.Parse(HeadWith([new(7, [0, 3])])).IsSuccess);

    /// <summary>A list that lapses in silence would leave the tile green with nothing behind it.</summary>
    [Fact]
    public void Search_WithAListThatHasEnded_IsNotCheckedWhateverIsFound()
    {
        var content = Registers.Of(3, [Registers.Stolen, Registers.Terms(1, "Old", expiresOn: Today)], [new RegisterRow("UT1"), new RegisterRow("UT2", List: 1)]);

        Assert.Equal("the list 'Old' ended on 2026-11-30, so that its numbers are not compared", Search(content, "UT2").Problem);
        Assert.NotEmpty(Search(content, "UT1").Problem);
        Assert.Single(Search(content, "UT1").Hits);
        Assert.Contains("nobody said who issued", Search(content, "UT1", issuer: "").Problem, StringComparison.Ordinal);
        Assert.Contains("'Old' ended", Search(content, "UT1", issuer: "").Problem, StringComparison.Ordinal);
        Assert.NotEmpty(Search(Registers.Of(4, [Registers.Terms(1, "Old", expiresOn: Today)], []), "UT1").Problem);
        Assert.Empty(Search(content, "UT3", isClockDoubtful: true).Problem);
    }

    /// <summary>Guardrail 8: the counter does not learn that there is such a list.</summary>
    [Fact]
    public void Search_WithADiscreetListThatHasEnded_SaysNothing() =>
        Assert.Same(DocumentCheck.Nothing, Search(Registers.Of(3, [Registers.Terms(0, "Quiet", RequestedAction.Discreet, Today)], [new RegisterRow("UT1")]), "UT1"));

    [Fact]
    public void Search_NumberThatIsNotKnown_IsNotChecked()
    {
        Assert.Equal("its number is not known", Search(Registers.Of(3, new RegisterRow("UT1")), "").Problem);
        Assert.Same(DocumentCheck.Nothing, Search(Registers.Of(3), ""));
    }

    [Fact]
    public void Search_RowOfAListThatIsNotThere_IsNotChecked() =>
        Assert.Contains("list 7", Search(Registers.Of(3, new RegisterRow("UT1", List: 7)), "UT1").Problem, StringComparison.Ordinal);

    [Fact]
    public void Open_EmptyRegister_HasNothingAndTakesARun()
    {
        var empty = Registers.Of(3);
        var full = Registers.Of(4, new RegisterRow("UT1"));

        Assert.Same(DocumentCheck.Nothing, Search(empty, "UT1", issuer: ""));
        Assert.Equal(full, Registers.Open(empty).Apply(Run(empty, full)));
        Assert.Equal(Registers.Of(5), Registers.Open(full).Apply(Run(full, Registers.Of(5))));
    }

    /// <summary>What a run leads to is the newer register to the byte, whatever came, went and changed.</summary>
    [Fact]
    public void Apply_RunBetweenAnyTwo_GivesTheBytesOfTheNewer()
    {
        var seed = Environment.GetEnvironmentVariable("CHECKPOINT_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"CHECKPOINT_SEED={seed}");
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            var older = Registers.Of(3, Rows(random));
            var newer = Registers.Of(9, [Registers.Stolen, Registers.Terms(1, $"Round {round}")], Rows(random));

            Assert.Equal(newer, Registers.Open(older).Apply(Run(older, newer)));
        }
    }

    [Fact]
    public void Between_FewChangesInMany_IsSmall()
    {
        var rows = Enumerable.Range(0, 20_000).Select(static i => new RegisterRow($"UT{i:0000000}")).ToArray();
        var older = Registers.Of(3, rows);

        var run = DocumentRegisterRun.Between(Registers.Open(older), Registers.Open(Registers.Of(4, [.. rows.Skip(10), new RegisterRow("NEW1")])), ZstdFrames.Pack);

        Assert.Equal(11, DocumentRegisterRun.Decode(run, ZstdFrames.TryUnpack).Value.ChangeCount);
        Assert.InRange(run.Length, 100, 1_000);
    }

    [Fact]
    public void Apply_RunOfAnotherRegister_IsRefused()
    {
        var third = Registers.Of(3, new RegisterRow("UT1"));
        var run = Run(third, Registers.Of(4));

        Assert.Throws<InvalidDataException>(() => Registers.Open(Registers.Of(2)).Apply(run));
        Assert.Throws<InvalidDataException>(() => Registers.Open(Registers.Of(3, [Registers.Stolen], [], key: new byte[16])).Apply(run));
    }

    /// <summary>A flipped bit in the numbers is refused; in the words of the head it is the seal that tells.</summary>
    [Fact]
    public void Open_FlippedBitInTheNumbers_IsRefused()
    {
        var content = Registers.Of(3, Enumerable.Range(0, 50).Select(static i => new RegisterRow($"UT{i}")));
        var start = sizeof(uint) + (int)BinaryPrimitives.ReadUInt32LittleEndian(content);
        for (var at = start; at < content.Length; at++)
        {
            var changed = content.ToArray();
            changed[at] ^= (byte)(1 << (at % 8));

            Assert.False(DocumentRegister.Open(new MemorySectionSource(changed)).IsSuccess, $"byte {at}");
        }
    }

    [Fact]
    public void Open_CutOffAnywhere_IsRefused()
    {
        var content = Registers.Of(3, new RegisterRow("UT1"));
        for (var length = 0; length < content.Length; length += length < 400 ? 1 : 97)
            Assert.False(DocumentRegister.Open(new MemorySectionSource(content.AsMemory(0, length))).IsSuccess, $"{length} bytes");
    }

    [Fact]
    public void Decode_CutOffOrOfAWholeRegister_IsRefused()
    {
        var run = DocumentRegisterRun.Between(Registers.Open(Registers.Of(3)), Registers.Open(Registers.Of(4, new RegisterRow("UT1"))), ZstdFrames.Pack);

        for (var length = 0; length < run.Length; length++)
            Assert.False(DocumentRegisterRun.Decode(run.AsMemory(0, length), ZstdFrames.TryUnpack).IsSuccess, $"{length} bytes");
        Assert.False(DocumentRegisterRun.Decode(Registers.Of(3), ZstdFrames.TryUnpack).IsSuccess);
    }

    [Theory]
    [InlineData(0, false, null)]
    [InlineData(DocumentListTerms.NumberMax, true, "2026-11-30")]
    [InlineData(1, false, "1980-01-01")]
    [InlineData(1, true, "2159-06-05")]
    public void Mention_AsPayload_ReadsBack(int list, bool isDiscreet, string? day)
    {
        var mention = new DocumentMention((ushort)list, isDiscreet, day is null ? null : DateOnly.Parse(day, CultureInfo.InvariantCulture));

        Assert.Equal(mention, DocumentMention.FromPayload(mention.ToPayload()));
        Assert.NotEqual(DocumentTable.WithdrawnPayload, mention.ToPayload());
    }

    [Fact]
    public void Mention_DayThatDoesNotFit_IsLeftOut() =>
        Assert.Null(DocumentMention.FromPayload(new DocumentMention(1, false, new DateOnly(1979, 12, 31)).ToPayload()).ReportedOn);

    /// <summary>A head written without looking at its groups.</summary>
    private static byte[] HeadWith(DocumentListGroup[] groups)
    {
        var lists = new CanonicalWriter("ECI\u0001"u8);
        var whole = new DocumentRegisterHead(Registers.ListKey, [Registers.Terms(0, "A"), Registers.Terms(1, "B")]).Encode();
        Assert.True(CanonicalReader.TryOpen(whole, "ECG\u0001"u8, out var reader, out _));
        Assert.True(reader.TryBytes(2, out var terms));
        for (var i = 0; i < groups.Length; i++)
        {
            var members = groups[i].Lists.SelectMany(static list => BitConverter.GetBytes(list)).ToArray();
            lists.Bytes((ushort)(i + 1), new CanonicalWriter("ECI\u0001"u8).UInt16(1, groups[i].Number).Bytes(2, members).ToArray());
        }

        return new CanonicalWriter("ECG\u0001"u8).Bytes(1, Registers.ListKey).Bytes(2, terms.Span).Bytes(3, lists.ToArray()).ToArray();
    }

    private static DocumentRegisterRun Run(byte[] older, byte[] newer) =>
        DocumentRegisterRun.Decode(DocumentRegisterRun.Between(Registers.Open(older), Registers.Open(newer), ZstdFrames.Pack), ZstdFrames.TryUnpack).Value;

    private static RegisterRow[] Rows(Random random) =>
        Enumerable.Range(0, random.Next(400)).Select(_ => new RegisterRow(
            $"UT{random.Next(500)}", ReportedOn: random.Next(3) == 0 ? new DateOnly(2026, 1, 1 + random.Next(28)) : null)).ToArray();
}
