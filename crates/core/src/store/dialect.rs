//! Dialect of a database: what stands in the braces of a statement.

/// What the statements are filled in with.
pub(super) struct Dialect {
    pub(super) names: String,
    pub(super) accounts: String,
    pub(super) now: &'static str,
    pub(super) each: (&'static str, &'static str),
    pub(super) bytes: &'static str,
    pub(super) whole: &'static str,
    pub(super) param: char,
}

impl Dialect {
    pub(super) fn sqlite() -> Self {
        Self {
            names: "names".to_owned(),
            accounts: "accounts".to_owned(),
            now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
            each: ("SELECT value FROM json_each(", ")"),
            bytes: "BLOB",
            whole: "INTEGER",
            param: '?',
        }
    }

    /// Tables in this schema; the name is quoted.
    pub(super) fn postgres(schema: &str) -> Self {
        Self {
            names: format!("{schema}.names"),
            accounts: format!("{schema}.accounts"),
            now: "(extract(epoch FROM clock_timestamp()) * 1000)::bigint",
            each: ("SELECT jsonb_array_elements_text(", "::jsonb)"),
            bytes: "BYTEA",
            whole: "BIGINT",
            param: '$',
        }
    }

    /// The statement as the database takes it.
    pub(super) fn fill(&self, statement: &str) -> String {
        let (before, after) = self.each;
        statement
            .replace("{each $2}", &format!("{before}$2{after}"))
            .replace("{each $3}", &format!("{before}$3{after}"))
            .replace('$', &self.param.to_string())
            .replace("{names}", &self.names)
            .replace("{accounts}", &self.accounts)
            .replace("{now}", self.now)
            .replace("{bytes}", self.bytes)
            .replace("{whole}", self.whole)
    }
}
