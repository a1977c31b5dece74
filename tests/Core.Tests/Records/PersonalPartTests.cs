using System.Collections.Immutable;
using CsCheck;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Core.Tests.Records;

public sealed class PersonalPartTests
{
    [Fact]
    public void Encode_CandidateOfADocumentOrAnExitAlert_ReadsBackWhatItRestsOn()
    {
        var candidate = RecordFixtures.Personal().Candidates[0] with
        {
            Kind = PersonalCandidate.DocumentKind,
            CourtReference = "3 K 14/26",
            Supervisor = "Head of shift",
            Mark = "WEAKLY IDENTIFIED",
        };

        var read = PersonalPart.Decode((RecordFixtures.Personal() with { Candidates = [candidate] }).Encode()).Value;

        Assert.Equal(candidate, read.Candidates.Single());
        Assert.True(read.Candidates[0].IsDocument);
        Assert.False(RecordFixtures.Personal().Candidates[0].IsDocument);
    }

    [Fact]
    public void EncodeThenDecode_Sample_GivesItBack()
    {
        var read = PersonalPart.Decode(RecordFixtures.Personal().Encode()).Value;

        Assert.Equal(RecordFixtures.Personal(), read);
        Assert.Equal("BRANDVOLD", read.Surname);
        Assert.Equal("one letter differs", read.Candidates.Single().Differences);
    }

    [Fact]
    public void EncodeThenDecode_Empty_GivesItBack() =>
        Assert.Equal(new PersonalPart(), PersonalPart.Decode(new PersonalPart().Encode()).Value);

    [Fact]
    public void Equals_AnyPropertyChanged_IsFalse()
    {
        foreach (var property in typeof(PersonalPart).GetProperties())
        {
            var changed = RecordFixtures.Personal();
            property.SetValue(changed, property.PropertyType == typeof(string) ? "other" : ImmutableArray<PersonalCandidate>.Empty);

            Assert.False(RecordFixtures.Personal().Equals(changed), property.Name);
        }

        Assert.Equal(RecordFixtures.Personal().GetHashCode(), RecordFixtures.Personal().GetHashCode());
        Assert.False(RecordFixtures.Personal().Equals(null));
    }

    [Fact]
    public void Decode_CutAtEveryByte_IsRefused()
    {
        var bytes = RecordFixtures.Personal().Encode();

        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal(RecordStage.Seal, PersonalPart.Decode(bytes.AsMemory(0, length)).Failure.Stage);
    }

    [Fact]
    public void Decode_AnyByteChanged_NeverThrows()
    {
        var bytes = RecordFixtures.Personal().Encode();

        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Sample((index, value) =>
        {
            var changed = (byte[])bytes.Clone();
            changed[index] = value;
            if (PersonalPart.Decode(changed).TryGet(out var read, out var failure))
                Assert.NotNull(read.Surname);
            else
                Assert.NotEmpty(failure.Reason);
        }, iter: 5_000);
    }

    [Fact]
    public void Decode_CandidatesWithAGap_IsRefused()
    {
        var item = new CanonicalWriter("ECJ\u0001"u8).Text(1, "uto:1").ToArray();
        var items = new CanonicalWriter("ECJ\u0001"u8).Bytes(1, item).Bytes(3, item).ToArray();

        var failure = PersonalPart.Decode(new CanonicalWriter("ECX\u0001"u8).Bytes(13, items).ToArray()).Failure;

        Assert.Equal("candidate 2 is missing", failure.Reason);
    }

    [Fact]
    public void Decode_AsManyCandidatesAsThereAreTags_DoesNotThrow()
    {
        var item = new CanonicalWriter("ECJ\u0001"u8).ToArray();
        var items = new CanonicalWriter("ECJ\u0001"u8);
        for (var tag = 1; tag <= ushort.MaxValue; tag++)
            items.Bytes((ushort)tag, item);

        var read = PersonalPart.Decode(new CanonicalWriter("ECX\u0001"u8).Bytes(13, items.ToArray()).ToArray());

        Assert.Equal(ushort.MaxValue, read.Value.Candidates.Length);
    }
}
