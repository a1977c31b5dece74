using System.Collections.Immutable;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>A row of a register: an invented document.</summary>
internal sealed record RegisterRow(
    string Number, string Issuer = "UTO", DocumentClass Class = DocumentClass.Passport, ushort List = 0, DateOnly? ReportedOn = null);

/// <summary>Registers of invented Utopian documents.</summary>
internal static class Registers
{
    /// <summary>10 to 1f.</summary>
    internal static readonly byte[] ListKey = [.. Enumerable.Range(16, 16).Select(static i => (byte)i)];

    internal static readonly DocumentListTerms Stolen = Terms(0, "Stolen in Utopia");

    internal static DocumentListTerms Terms(
        ushort number, string name, RequestedAction action = RequestedAction.SeizeDocument, DateOnly? expiresOn = null)
    {
        return new DocumentListTerms
        {
            Number = number,
            Name = name,
            Owner = "Police of Utopia",
            LegalBasis = "Passport Act of Utopia",
            Purpose = "Recovery of stolen documents",
            Action = action,
            Contact = "+999 1 555 0100",
            ExpiresOn = expiresOn ?? new DateOnly(2099, 12, 31),
        };
    }

    internal static byte[] Of(ulong version, params IEnumerable<RegisterRow> rows) => Of(version, [Stolen], rows);

    internal static byte[] Of(ulong version, ImmutableArray<DocumentListTerms> lists, IEnumerable<RegisterRow> rows, byte[]? key = null, ImmutableArray<DocumentListGroup> groups = default)
    {
        var head = new DocumentRegisterHead(key ?? ListKey, lists, groups);
        var writer = new DocumentTableWriter(head.ListKey.Span, version);
        foreach (var row in rows)
        {
            var isDiscreet = head.Find(row.List) is [{ Action: RequestedAction.Discreet }];
            writer.Add(
                DocumentKey.Of(head.ListKey.Span, row.Issuer, row.Class, DocumentNumber.Parse(row.Number)),
                new DocumentMention(row.List, isDiscreet, row.ReportedOn).ToPayload());
        }

        return DocumentRegister.Write(head, writer);
    }

    internal static DocumentRegister Open(byte[] content) => DocumentRegister.Open(new MemorySectionSource(content)).Value;
}
