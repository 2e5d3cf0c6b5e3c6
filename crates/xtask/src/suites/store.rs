//! The store's promises on a real PostgreSQL, direct and through PgBouncer; on SQLite they run with the other tests of Rust.

use std::env;

use anyhow::{Result, bail};

use super::{Kit, rust};
use crate::cluster::{Cluster, Programs};
use crate::counts::Counts;
use crate::run::Log;

/// On a user's machine the suite is left out where there is no PostgreSQL or no PgBouncer, and says so; in CI that is a failure.
pub(super) fn tests(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let programs = match Programs::find() {
        Ok(programs) => programs,
        Err(missing) if env::var_os("CI").is_some() => bail!("{missing}"),
        Err(missing) => {
            println!("    left out: {missing}");
            return Ok(Counts { skipped: 1, ..Counts::default() });
        }
    };
    let cluster = Cluster::start(&programs, "store", log)?;
    let mut counts = Counts::default();
    for (name, url) in [("PostgreSQL", cluster.direct()), ("PgBouncer", cluster.pooled())] {
        counts += rust::store(kit, name, &url, log)?;
    }
    Ok(counts)
}
