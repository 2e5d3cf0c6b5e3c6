//! The memory of this process, as Linux counts it; nothing elsewhere.

use std::fs;

/// The resident memory now, in bytes.
pub(crate) fn resident() -> Option<u64> {
    status("VmRSS:")
}

/// The most there has been since [`forget_peak`].
pub(crate) fn peak() -> Option<u64> {
    status("VmHWM:")
}

/// Takes what there is now for the most there has been.
pub(crate) fn forget_peak() {
    // Where that cannot be, the peak is that of the whole process: more than there was, and never less.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

fn status(field: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
