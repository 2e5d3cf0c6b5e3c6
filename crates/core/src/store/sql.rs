//! Statements of the store, one text for both databases; each does its work alone, so that no transaction is ever left open.
//!
//! What the databases spell differently stands in braces: `{names}`, `{ledger}` …: the tables; `{now}`: the database's
//! clock in milliseconds, by which all who share it agree; `{each}`: the texts of the JSON list in the third parameter;
//! `{items}`: its objects, each a `value`; `{bytes}`, `{whole}`: types; `{lock}`: holds a row
//! until the statement has ended, so that what it allows is still allowed then.
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
        OR (held.state = 'claimed' AND held.owner = excluded.owner)
        OR (held.state = 'claimed' AND held.lease_until <= {now} AND (held.id_instance IS NULL OR $6 = 1)))
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
        OR (state = 'unknown' AND $10 = 1)
        OR (state = 'done' AND id_instance = $4))
    RETURNING 1";

/// A second one was created: the name keeps its first, where that is live still.
pub(super) const KEEP: &str = "UPDATE {names}
    SET state = 'done', owner = NULL, sender = NULL, doubt = 0, changed_at = {now}
    WHERE account = $1 AND name = $2 AND id_instance IS NOT NULL AND (
        (sender = $3 AND state IN ('sending', 'unknown'))
        OR (owner = $3 AND state IN ('claimed', 'sending')))
    RETURNING 1";

/// Nothing was created: the row is what it was before it was claimed, or `$4`. Its sender may say so even where somebody else
/// looks by now for what has never left.
pub(super) const RELEASE: &str = "UPDATE {names}
    SET state = CASE WHEN doubt = 1 THEN 'unknown' WHEN id_instance IS NOT NULL THEN 'done' ELSE $4 END,
        owner = NULL, sender = NULL, changed_at = {now}
    WHERE account = $1 AND name = $2 AND (
        (owner = $3 AND state IN ('claimed', 'sending'))
        OR (sender = $3 AND state = 'sending'))
    RETURNING 1";

/// Sent, and looking has settled nothing. Its sender may still say so.
pub(super) const UNKNOWN: &str = "UPDATE {names}
    SET state = 'unknown', owner = NULL, doubt = 1, changed_at = {now}
    WHERE account = $1 AND name = $2 AND owner = $3 AND state = 'sending'
    RETURNING 1";

/// Another instance of the name takes the place of `$3`, as far as the name has that one: `$4` its id and what else is known of it.
pub(super) const REPLACE: &str = "UPDATE {names}
    SET id_instance = $4, type_instance = $5, api_url = $6, media_url = $7, created_at = $8, api_token = $9,
        known_at = {now}, changed_at = {now}
    WHERE account = $1 AND name = $2 AND id_instance = $3
    RETURNING 1";

/// A new token of an instance.
pub(super) const RESEAL: &str = "UPDATE {names} SET api_token = $3, changed_at = {now}
    WHERE account = $1 AND id_instance = $2
    RETURNING 1";

/// An instance's token was refused: whoever asks for its name next looks it up in the list. One that is `$3` milliseconds old
/// or younger may be so still, and not be listed yet.
pub(super) const DISTRUST: &str = "UPDATE {names} SET api_token = NULL, changed_at = {now}
    WHERE account = $1 AND id_instance = $2 AND created_at < {now} - $3
    RETURNING 1";

/// All that are live as far as the rows know. Here and in the next, the clock is read once for thousands of rows.
pub(super) const LIVE: &str = "SELECT id_instance, (SELECT {now}) - known_at FROM {names}
    WHERE account = $1 AND state = 'done'";

/// A list that was asked for `$2` milliseconds ago shows these ids as live.
pub(super) const CONFIRM: &str = "UPDATE {names} SET known_at = (SELECT {now}) - $2
    WHERE account = $1 AND state = 'done' AND known_at < (SELECT {now}) - $2 AND id_instance IN ({each $3})
    RETURNING 1";

/// These ids are live no more, by a list that was asked for `$2` milliseconds ago or by a deletion. Who creates a second
/// one meanwhile has the name still.
pub(super) const FREE: &str = "UPDATE {names}
    SET state = CASE state WHEN 'done' THEN 'free' ELSE state END, id_instance = NULL, api_token = NULL, changed_at = {now}
    WHERE account = $1 AND known_at <= {now} - $2 AND id_instance IN ({each $3})
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

/// Takes what was seen at `$2` into the ledger: the items `$3`, and, if `$4`, that the list lacks all others.
///
/// What a list does not say is kept as it was; a deletion is final. The row without an id is the ledger's own: when it was
/// recorded first, and last. `last_seen` is nothing while the last list has the instance. Only what is different is written, in
/// one order, so that no two writers wait for each other.
pub(crate) const LEDGER_RECORD: &str = "INSERT INTO {ledger} AS held (
        account, id_instance, name, tariff, is_partner, is_free, time_created, time_deleted, deleted, is_expired,
        token_digest, state, first_seen, last_seen, vanished_at, ever_linked, last_linked_at)
    SELECT $1, value ->> 'id', value ->> 'name', value ->> 'tariff', CAST(value ->> 'is_partner' AS {whole}),
        CAST(value ->> 'is_free' AS {whole}), CAST(value ->> 'time_created' AS {whole}),
        CAST(value ->> 'time_deleted' AS {whole}), CAST(value ->> 'deleted' AS {whole}),
        CAST(value ->> 'is_expired' AS {whole}), value ->> 'token_digest', value ->> 'state',
        CAST(value ->> 'first_seen' AS {whole}), CAST(value ->> 'last_seen' AS {whole}), NULL,
        CAST(value ->> 'ever_linked' AS {whole}), CAST(value ->> 'last_linked_at' AS {whole})
    FROM {items $3}
    UNION ALL
    SELECT account, id_instance, name, tariff, is_partner, is_free, time_created, time_deleted, deleted, is_expired,
        token_digest, state, first_seen, (SELECT last_seen FROM {ledger} WHERE account = $1 AND id_instance = ''),
        CASE WHEN deleted = 1 THEN NULL ELSE $2 END, ever_linked, last_linked_at
    FROM {ledger}
    WHERE $4 = 1 AND account = $1 AND first_seen IS NOT NULL AND last_seen IS NULL
        AND id_instance NOT IN (SELECT value ->> 'id' FROM {items $3})
    ORDER BY 2
    ON CONFLICT (account, id_instance) DO UPDATE SET
        name = coalesce(excluded.name, held.name),
        tariff = coalesce(excluded.tariff, held.tariff),
        is_partner = coalesce(excluded.is_partner, held.is_partner),
        is_free = coalesce(excluded.is_free, held.is_free),
        time_created = coalesce(excluded.time_created, held.time_created),
        time_deleted = coalesce(excluded.time_deleted, held.time_deleted),
        deleted = CASE WHEN held.deleted = 1 THEN 1 ELSE coalesce(excluded.deleted, held.deleted) END,
        is_expired = coalesce(excluded.is_expired, held.is_expired),
        token_digest = coalesce(excluded.token_digest, held.token_digest),
        state = coalesce(excluded.state, held.state),
        first_seen = coalesce(held.first_seen, excluded.first_seen),
        last_seen = CASE
            WHEN excluded.first_seen IS NULL OR (held.id_instance = '' AND held.last_seen > excluded.last_seen)
            THEN held.last_seen ELSE excluded.last_seen END,
        vanished_at = CASE WHEN excluded.first_seen IS NULL THEN held.vanished_at ELSE excluded.vanished_at END,
        ever_linked = CASE WHEN held.ever_linked = 1 THEN 1 ELSE coalesce(excluded.ever_linked, held.ever_linked) END,
        last_linked_at = CASE
            WHEN held.last_linked_at > excluded.last_linked_at THEN held.last_linked_at
            ELSE coalesce(excluded.last_linked_at, held.last_linked_at) END
    WHERE excluded.first_seen IS NULL
        OR (excluded.name, excluded.tariff, excluded.is_partner, excluded.is_free, excluded.time_created,
            excluded.time_deleted, excluded.deleted, excluded.is_expired, excluded.token_digest,
            excluded.last_seen, excluded.vanished_at, coalesce(excluded.state, held.state),
            coalesce(excluded.last_linked_at, held.last_linked_at))
        IS DISTINCT FROM (held.name, held.tariff, held.is_partner, held.is_free, held.time_created,
            held.time_deleted, held.deleted, held.is_expired, held.token_digest,
            held.last_seen, held.vanished_at, held.state, held.last_linked_at)
        OR held.first_seen IS NULL";

/// Ties the ledger to the host `$2`, unless it is tied; shows to which.
pub(crate) const LEDGER_TIE: &str = "INSERT INTO {ledger} AS held (account, id_instance, name) VALUES ($1, '', $2)
    ON CONFLICT (account, id_instance) DO UPDATE SET name = coalesce(held.name, excluded.name)
    RETURNING name";

/// When it was recorded first, and last.
pub(crate) const LEDGER_RECORDED: &str =
    "SELECT first_seen, last_seen FROM {ledger} WHERE account = $1 AND id_instance = ''";

pub(crate) const LEDGER_ROWS: &str =
    "SELECT id_instance, name, tariff, is_partner, is_free, time_created, time_deleted,
        deleted, first_seen,
        coalesce(last_seen, (SELECT last_seen FROM {ledger} WHERE account = $1 AND id_instance = '')),
        vanished_at, ever_linked, last_linked_at
    FROM {ledger} WHERE account = $1 AND id_instance <> '' AND first_seen IS NOT NULL";

pub(crate) const LEDGER_COUNT: &str =
    "SELECT count(*) FROM {ledger} WHERE account = $1 AND id_instance <> '' AND first_seen IS NOT NULL";

pub(crate) const LEDGER_KNOWN: &str = "SELECT id_instance, name, token_digest, deleted, is_expired, state FROM {ledger}
    WHERE account = $1 AND id_instance <> '' AND first_seen IS NOT NULL AND vanished_at IS NULL";

/// Takes the lease `$2` for `$5`, unless somebody else has it.
pub(super) const LEASE: &str = "INSERT INTO {leases} AS held (account, what, owner, holder, lease_until, taken_at)
    VALUES ($1, $2, $3, $4, {now} + $5, {now})
    ON CONFLICT (account, what) DO UPDATE
    SET owner = excluded.owner, holder = excluded.holder, lease_until = excluded.lease_until, taken_at = excluded.taken_at
    WHERE held.lease_until <= {now} OR held.owner = excluded.owner
    RETURNING 1";

/// Who has it, since when, and for how long still.
pub(super) const LEASE_HOLDER: &str = "SELECT holder, taken_at, lease_until - {now} FROM {leases}
    WHERE account = $1 AND what = $2 AND lease_until > {now}";

/// All that somebody has just now.
pub(super) const LEASES: &str = "SELECT what, holder, taken_at, lease_until - {now} FROM {leases}
    WHERE account = $1 AND lease_until > {now} ORDER BY what";

pub(super) const LEASE_RENEW: &str = "UPDATE {leases} SET lease_until = {now} + $4
    WHERE account = $1 AND what = $2 AND owner = $3 AND lease_until > {now}
    RETURNING 1";

pub(super) const LEASE_END: &str = "DELETE FROM {leases} WHERE account = $1 AND what = $2 AND owner = $3";

/// What only the owner `$4` of the lease `$2` may write, and nobody takes over meanwhile.
macro_rules! mine {
    () => {
        "(SELECT 1 FROM {leases} WHERE account = $1 AND what = $2 AND owner = $4 AND lease_until > {now}{lock}) AS mine"
    };
}

/// The run that a journal is of.
pub(crate) const JOURNAL: &str = "SELECT kind, work, host, names FROM {journals} WHERE account = $1 AND what = $2";

/// What has become of those of its items that were begun.
pub(crate) const JOURNAL_ITEMS: &str =
    "SELECT place, state, id_instance FROM {journal_items} WHERE account = $1 AND what = $2";

/// `$3` the names of its items; `$5`, `$6`, `$7` its kind, its work and its host.
pub(crate) const JOURNAL_BEGIN: &str = concat!(
    "INSERT INTO {journals} AS held (account, what, kind, work, host, names, begun_at)
    SELECT $1, $2, $5, $6, $7, $3, {now} FROM ",
    mine!(),
    " WHERE true
    ON CONFLICT (account, what) DO UPDATE SET begun_at = held.begun_at
    RETURNING 1"
);

pub(crate) const JOURNAL_WRITE: &str = concat!(
    "INSERT INTO {journal_items} (account, what, place, state, id_instance)
    SELECT $1, $2, CAST(value ->> 'place' AS {whole}), value ->> 'state', value ->> 'id' FROM {items $3}, ",
    mine!(),
    " WHERE true
    ON CONFLICT (account, what, place) DO UPDATE SET state = excluded.state, id_instance = excluded.id_instance
    RETURNING 1"
);

/// What a watch of the account has told: each instance as it was last known, as JSON. The row without an id says that there is a
/// base.
pub(crate) const WATCHED: &str = "SELECT id_instance, known FROM {watched} WHERE account = $1 AND known IS NOT NULL";

pub(crate) const WATCH_WRITE: &str = concat!(
    "INSERT INTO {watched} (account, id_instance, known)
    SELECT $1, value ->> 'id', value ->> 'known' FROM {items $3}, ",
    mine!(),
    " WHERE true
    ON CONFLICT (account, id_instance) DO UPDATE SET known = excluded.known
    RETURNING 1"
);

/// Those that are gone, and were told so.
pub(crate) const WATCH_PURGE: &str = "DELETE FROM {watched} WHERE account = $1 AND known IS NULL";

/// What a delivery `$2` keeps of each instance: as it was last known, and the events that wait, as JSON. The row without an id says
/// that there is a base.
pub(crate) const SPOOL: &str = "SELECT id_instance, known, pending FROM {deliveries} WHERE account = $1 AND what = $2";

pub(crate) const SPOOL_WRITE: &str = concat!(
    "INSERT INTO {deliveries} (account, what, id_instance, known, pending)
    SELECT $1, $2, value ->> 'id', value ->> 'known', value ->> 'pending' FROM {items $3}, ",
    mine!(),
    " WHERE true
    ON CONFLICT (account, what, id_instance) DO UPDATE SET known = excluded.known, pending = excluded.pending
    RETURNING 1"
);

pub(crate) const SPOOL_PURGE: &str =
    "DELETE FROM {deliveries} WHERE account = $1 AND what = $2 AND known IS NULL AND pending IS NULL";

/// The tables, in steps: a database that has done some of them goes on with the next.
///
/// Ids are text: a database's numbers end before upstream's may. What is true is 1, since SQLite has no other.
pub(super) const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE {names} (
        account TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
        owner TEXT, lease_until {whole}, sender TEXT, doubt {whole} NOT NULL DEFAULT 0,
        id_instance TEXT, type_instance TEXT, api_url TEXT, media_url TEXT, created_at {whole}, api_token {bytes},
        known_at {whole}, changed_at {whole} NOT NULL,
        PRIMARY KEY (account, name));
    CREATE TABLE {accounts} (account TEXT PRIMARY KEY, proof {bytes} NOT NULL, changed_at {whole} NOT NULL);
",
    "
    CREATE TABLE {ledger} (
        account TEXT NOT NULL, id_instance TEXT NOT NULL, name TEXT, tariff TEXT, is_partner {whole}, is_free {whole},
        time_created {whole}, time_deleted {whole}, deleted {whole}, is_expired {whole}, token_digest TEXT, state TEXT,
        first_seen {whole}, last_seen {whole}, vanished_at {whole}, ever_linked {whole}, last_linked_at {whole},
        PRIMARY KEY (account, id_instance));
",
    "
    CREATE TABLE {leases} (
        account TEXT NOT NULL, what TEXT NOT NULL, owner TEXT NOT NULL, holder TEXT NOT NULL,
        lease_until {whole} NOT NULL, taken_at {whole} NOT NULL,
        PRIMARY KEY (account, what));
    CREATE TABLE {journals} (
        account TEXT NOT NULL, what TEXT NOT NULL, kind TEXT NOT NULL, work TEXT NOT NULL, host TEXT NOT NULL,
        names TEXT NOT NULL, begun_at {whole} NOT NULL,
        PRIMARY KEY (account, what));
    CREATE TABLE {journal_items} (
        account TEXT NOT NULL, what TEXT NOT NULL, place {whole} NOT NULL, state TEXT NOT NULL, id_instance TEXT,
        PRIMARY KEY (account, what, place));
",
    "
    CREATE TABLE {watched} (
        account TEXT NOT NULL, id_instance TEXT NOT NULL, known TEXT,
        PRIMARY KEY (account, id_instance));
",
    "
    CREATE TABLE {deliveries} (
        account TEXT NOT NULL, what TEXT NOT NULL, id_instance TEXT NOT NULL, known TEXT, pending TEXT,
        PRIMARY KEY (account, what, id_instance));
",
];
