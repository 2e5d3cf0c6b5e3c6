//! Options that every command takes: whose account it is, where the store is, and how results are shown.

use std::path::PathBuf;

use clap::Args;

/// Options of every command.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// Use the account of this profile; see `profile set`. Defaults to GREENAPI_PARTNER_PROFILE, then, where no token is given
    /// otherwise, to the profile `default`
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// Read the partner token from this file, which only its owner may read; `-` is stdin. Defaults to the token in
    /// GREENAPI_PARTNER_TOKEN
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,

    /// The store that the account's processes share: a SQLite file, or a postgresql:// URL. Defaults to
    /// GREENAPI_PARTNER_STORE, which is the place for a URL with a password: `ps` shows arguments
    #[arg(long, global = true, value_name = "URL|PATH")]
    pub(crate) store: Option<String>,

    /// Whose names these are in the store. Defaults to GREENAPI_PARTNER_STORE_ACCOUNT, then to `default`
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) store_account: Option<String>,

    /// The schema of the store's tables in PostgreSQL: the one that the account's other programs use. Defaults to
    /// GREENAPI_PARTNER_STORE_SCHEMA, then to `greenapi_partner`
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) store_schema: Option<String>,

    /// Print JSON: an array, or a line each where results come without an end. FIELDS are chosen by name: `--json id,name`
    #[arg(long, global = true, value_name = "FIELDS", num_args = 0..=1, default_missing_value = "", conflicts_with = "csv")]
    pub(crate) json: Option<String>,

    /// Print CSV with a header. FIELDS are chosen by name
    #[arg(long, global = true, value_name = "FIELDS", num_args = 0..=1, default_missing_value = "")]
    pub(crate) csv: Option<String>,

    /// Print tokens too, where there are any
    #[arg(long, global = true)]
    pub(crate) show_tokens: bool,

    /// Print what happens inside calls to stderr; no record holds a token
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
}

/// What a command takes that changes something by one call; runs over many have the like from the table of operations.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Dry {
    /// Check what can be checked, say what would be sent, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// What a command takes that charges, deletes or unlinks.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Consent {
    /// Do it without asking; needed where nobody can be asked
    #[arg(long, short)]
    pub(crate) yes: bool,
}
