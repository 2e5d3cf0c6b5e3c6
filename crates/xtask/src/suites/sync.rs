//! Generated files are what would be generated; after a failure they are.

use anyhow::Result;

use super::Kit;
use crate::counts::Counts;
use crate::run::Log;
use crate::sync;

pub(super) fn check(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let mut counts = Counts::default();
    for file in sync::sync(&kit.checkout)? {
        log.line(&file.to_string())?;
        counts += Counts::one(!file.changed);
    }
    Ok(counts)
}
