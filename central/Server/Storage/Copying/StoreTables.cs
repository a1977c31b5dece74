using System.Collections.Immutable;

namespace EdgeCheckpoint.Central.Storage.Copying;

/// <summary>A table of the store.</summary>
/// <param name="Key">Columns that order its rows and tell them apart.</param>
/// <param name="IsLarge">Copied in pages, each kept when the next is cut off; others go in one transaction.</param>
internal sealed record StoreTable(string Name, ImmutableArray<string> Key, bool IsLarge = false);

/// <summary>All tables of the store but those that speak of the database itself, in an order in which references are there before what refers.</summary>
internal static class StoreTables
{
    public static ImmutableArray<StoreTable> All { get; } =
    [
        new("appliances", ["appliance_id"]),
        new("tickets", ["ticket_id"]),
        new("signing_keys", ["spki_sha256"]),
        new("certificates", ["certificate_sha256"]),
        new("lane_heads", ["appliance_id", "epoch", "lane"]),
        new("lane_starts", ["appliance_id", "epoch", "lane"]),
        new("records", ["appliance_id", "epoch", "lane", "sequence"], IsLarge: true),
        new("record_keys", ["appliance_id", "epoch", "lane", "sequence"], IsLarge: true),
        new("masked_keys", ["appliance_id", "epoch", "lane", "sequence"], IsLarge: true),
        new("blind_terms", ["term", "appliance_id", "epoch", "lane", "sequence"], IsLarge: true),
        new("erasures", ["appliance_id", "epoch", "lane", "sequence"], IsLarge: true),
        new("retention_progress", ["rule"]),
        new("forks", ["appliance_id", "epoch", "lane", "sequence", "chain"], IsLarge: true),
        new("fork_keys", ["appliance_id", "epoch", "lane", "sequence", "chain"], IsLarge: true),
        new("health", ["appliance_id"]),
        new("health_parts", ["appliance_id", "part"]),
        new("audit", ["sequence"], IsLarge: true),
        new("lists", ["list_name"]),
        new("list_entries", ["entry_id"], IsLarge: true),
        new("document_lists", ["list_name"]),
        new("document_withdrawals", ["list_name", "issuer", "number"]),
        new("document_rows", ["list_name", "generation", "issuer", "document_type", "number"], IsLarge: true),
        new("releases", ["kind", "version"]),
        new("release_signatures", ["kind", "version", "key_id"]),
        new("release_log", ["sequence"]),
        new("confirmations", ["appliance_id", "kind", "version", "release_id", "state_root"]),
        new("segment_pieces", ["segment_sha256", "piece"], IsLarge: true),
        new("staff", ["name"]),
        new("staff_passkeys", ["credential_id"]),
        new("passkey_ceremonies", ["id_hash"]),
        new("staff_sessions", ["id_hash"]),
        new("approvals", ["approval_id"]),
        new("approval_assertions", ["approval_id", "name"]),
        new("entry_proposals", ["proposal_id"]),
        new("entry_history", ["sequence"], IsLarge: true),
        new("held_entries", ["entry_id"]),
        new("compilations", ["release_id"]),
        new("due_notes", ["list_name", "lapses_on", "threshold_days"]),
        new("suppressions", ["number"]),
        new("compilation_ratifies", ["release_id", "number"]),
        new("post_leases", ["post_name"]),
        new("post_people", ["staff_number"]),
        new("issued_post_people", ["staff_number"]),
        new("post_halves", ["appliance_id"]),
        new("people_releases", ["appliance_id"]),
        new("people_version", ["only_row"]),
        new("commands", ["appliance_id", "number"]),
        new("admission_changes", ["count"]),
    ];

    /// <summary>Tables that every database has of its own: the state of its schema, and marks.</summary>
    public static ImmutableArray<string> NotCopied { get; } = ["schema_version", "store_marks"];
}
