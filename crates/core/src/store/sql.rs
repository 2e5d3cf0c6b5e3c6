//! Statements of the store, one text for both databases; each does its work alone, so that no transaction is ever left open.
//!
//! What the databases spell differently stands in braces: `{names}`, `{accounts}`: the tables; `{now}`: the database's
//! clock in milliseconds, by which all who share it agree; `{each}`: the items of the JSON list in the last parameter;
//! `{bytes}`, `{whole}`: types.
//!
//! A name's row holds who may send (`owner`, until `lease_until`), who has sent (`sender`), and whether nobody knows what
//! came of an earlier sending (`doubt`). Only a claim that runs becomes `sending`, and only who has the row ends it.

/// What a row shows to whoever asks: the same columns in all that give one.
macro_rules! shown {
    () => {
        "state, owner, lease_until > {now}, doubt, id_instance, type_instance, api_url, media_url, created_at, api_token, {now} - known_at"
    };
}

pub(super) const READ: &str = concat!("SELECT ", shown!(), " FROM {names} WHERE account = $1 AND name = $2");

/// The same of many names at once.
pub(super) const READ_ALL: &str =
    concat!("SELECT name, ", shown!(), " FROM {names} WHERE account = $1 AND name IN ({each $2})");

/// `$3` the claim, `$4` its time, `$5` whether a name in doubt may be claimed, `$6` whether one that is done may.
pub(super) const CLAIM: &str = concat!(
    "INSERT INTO {names} AS held (account, name, state, owner, lease_until, doubt, changed_at)
    VALUES ($1, $2, 'claimed', $3, {now} + $4, 0, {now})
    ON CONFLICT (account, name) DO UPDATE
    SET state = 'claimed', owner = excluded.owner, lease_until = excluded.lease_until, changed_at = excluded.changed_at
    WHERE (held.doubt = 0 OR $5 = 1) AND (
        held.state IN ('free', 'refused', 'unknown')
        OR (held.state = 'done' AND $6 = 1)
        OR (held.state = 'claimed' AND (held.lease_until <= {now} OR held.owner = excluded.owner)))
    RETURNING ",
    shown!()
);

/// The last thing before a request may leave, and again before each further try of it.
pub(super) const SEND: &str = "UPDATE {names}
    SET state = 'sending', sender = $3, lease_until = {now} + $4, changed_at = {now}
    WHERE account = $1 AND name = $2 AND owner = $3 AND state IN ('claimed', 'sending') AND lease_until > {now}
    RETURNING 1";

pub(super) const RENEW: &str = "UPDATE {names} SET lease_until = {now} + $4
    WHERE account = $1 AND name = $2 AND owner = $3 AND state IN ('claimed', 'sending') AND lease_until > {now}
    RETURNING 1";

/// Takes a row over whose sender has left.
pub(super) const ADOPT: &str = concat!(
    "UPDATE {names} SET owner = $3, lease_until = {now} + $4, changed_at = {now}
    WHERE account = $1 AND name = $2 AND state = 'sending' AND (lease_until <= {now} OR owner = $3)
    RETURNING ",
    shown!()
);

/// `$4` the id and what else is known of it; `$10` whether nobody holds the name, and a list has it.
pub(super) const DONE: &str = "UPDATE {names}
    SET state = 'done', owner = NULL, sender = NULL, doubt = 0, id_instance = $4, type_instance = $5, api_url = $6,
        media_url = $7, created_at = $8, api_token = $9, known_at = {now}, changed_at = {now}
    WHERE account = $1 AND name = $2 AND (
        (sender = $3 AND state IN ('sending', 'unknown'))
        OR (owner = $3 AND state IN ('claimed', 'sending'))
        OR (state = 'unknown' AND $10 = 1))
    RETURNING 1";

/// Nothing was created: the row is what it was before it was claimed, or `$4`.
pub(super) const RELEASE: &str = "UPDATE {names}
    SET state = CASE WHEN doubt = 1 THEN 'unknown' WHEN id_instance IS NOT NULL THEN 'done' ELSE $4 END,
        owner = NULL, sender = NULL, changed_at = {now}
    WHERE account = $1 AND name = $2 AND owner = $3 AND state IN ('claimed', 'sending')
    RETURNING 1";

/// Sent, and looking has settled nothing. Its sender may still say so.
pub(super) const UNKNOWN: &str = "UPDATE {names}
    SET state = 'unknown', owner = NULL, doubt = 1, changed_at = {now}
    WHERE account = $1 AND name = $2 AND owner = $3 AND state = 'sending'
    RETURNING 1";

/// A new token of an instance.
pub(super) const RESEAL: &str = "UPDATE {names} SET api_token = $3, changed_at = {now}
    WHERE account = $1 AND id_instance = $2
    RETURNING 1";

/// All that are live as far as the rows know.
pub(super) const LIVE: &str = "SELECT name, id_instance, listed, {now} - known_at FROM {names}
    WHERE account = $1 AND state = 'done'";

/// A list that was asked for `$2` milliseconds ago shows these ids as live.
pub(super) const CONFIRM: &str = "UPDATE {names} SET known_at = {now} - $2, listed = 1
    WHERE account = $1 AND state = 'done' AND known_at < {now} - $2 AND id_instance IN ({each $3})
    RETURNING 1";

/// These ids are live no more, by a list that was asked for `$2` milliseconds ago or by a deletion.
pub(super) const FREE: &str = "UPDATE {names}
    SET state = 'free', id_instance = NULL, api_token = NULL, listed = 0, changed_at = {now}
    WHERE account = $1 AND state = 'done' AND known_at <= {now} - $2 AND id_instance IN ({each $3})
    RETURNING 1";

/// What nobody needs any more: names that were free for `$2` milliseconds.
pub(super) const PURGE: &str = "DELETE FROM {names}
    WHERE account = $1 AND state IN ('free', 'refused') AND changed_at < {now} - $2
    RETURNING 1";

/// What tells one of the account's tokens from others.
pub(super) const READ_ACCOUNT: &str = "SELECT proof FROM {accounts} WHERE account = $1";

pub(super) const WRITE_ACCOUNT: &str = "INSERT INTO {accounts} (account, proof, changed_at) VALUES ($1, $2, {now})
    ON CONFLICT (account) DO UPDATE SET proof = excluded.proof, changed_at = excluded.changed_at
    RETURNING 1";

/// The tables, in steps: a database that has done some of them goes on with the next.
///
/// Ids are text: a database's numbers end before upstream's may. What is true is 1, since SQLite has no other.
pub(super) const MIGRATIONS: &[&str] = &["
    CREATE TABLE {names} (
        account TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
        owner TEXT, lease_until {whole}, sender TEXT, doubt {whole} NOT NULL DEFAULT 0,
        id_instance TEXT, type_instance TEXT, api_url TEXT, media_url TEXT, created_at {whole}, api_token {bytes},
        listed {whole} NOT NULL DEFAULT 0, known_at {whole}, changed_at {whole} NOT NULL,
        PRIMARY KEY (account, name));
    CREATE TABLE {accounts} (account TEXT PRIMARY KEY, proof {bytes} NOT NULL, changed_at {whole} NOT NULL);
"];
