//! Dialect of a database: what stands in the braces of a statement.

/// What the statements are filled in with.
pub(super) struct Dialect {
    /// What stands before the name of a table.
    pub(super) prefix: String,
    pub(super) now: &'static str,
    pub(super) each: (&'static str, &'static str),
    pub(super) items: (&'static str, &'static str),
    pub(super) lock: &'static str,
    pub(super) bytes: &'static str,
    pub(super) whole: &'static str,
    pub(super) param: char,
}

impl Dialect {
    pub(super) fn sqlite() -> Self {
        Self {
            prefix: String::new(),
            now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
            each: ("SELECT value FROM json_each(", ")"),
            items: ("json_each(", ") AS item"),
            lock: "",
            bytes: "BLOB",
            whole: "INTEGER",
            param: '?',
        }
    }

    /// Tables in this schema; the name is quoted.
    pub(super) fn postgres(schema: &str) -> Self {
        Self {
            prefix: format!("{schema}."),
            now: "(extract(epoch FROM clock_timestamp()) * 1000)::bigint",
            each: ("SELECT jsonb_array_elements_text(", "::jsonb)"),
            items: ("jsonb_array_elements(", "::jsonb) AS item(value)"),
            lock: " FOR UPDATE",
            bytes: "BYTEA",
            whole: "BIGINT",
            param: '$',
        }
    }

    /// The statement as the database takes it.
    pub(super) fn fill(&self, statement: &str) -> String {
        let mut filled = statement.to_owned();
        for (what, (before, after)) in [("each", self.each), ("items", self.items)] {
            for place in ["$2", "$3"] {
                filled = filled.replace(&format!("{{{what} {place}}}"), &format!("{before}{place}{after}"));
            }
        }
        for table in TABLES {
            filled = filled.replace(&format!("{{{table}}}"), &format!("{}{table}", self.prefix));
        }
        filled
            .replace('$', &self.param.to_string())
            .replace("{lock}", self.lock)
            .replace("{now}", self.now)
            .replace("{bytes}", self.bytes)
            .replace("{whole}", self.whole)
    }
}

const TABLES: [&str; 8] =
    ["names", "accounts", "ledger", "leases", "journals", "journal_items", "watched", "deliveries"];
