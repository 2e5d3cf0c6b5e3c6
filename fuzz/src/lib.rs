//! Fuzz targets: what is common to the files of `targets/`, which hold nothing but the name of what is checked.

use std::{env, fs, path::PathBuf};

pub use libfuzzer_sys;

/// The program of one target: the module of its `check` and its `seeds`.
#[macro_export]
macro_rules! target {
    ($($module:tt)+) => {
        use $crate::libfuzzer_sys;

        libfuzzer_sys::fuzz_target!(
            init: $crate::lay_out($($module)+::seeds()),
            |input: &[u8]| $($module)+::check(input)
        );
    };
}

/// Writes what a run begins with to where `cargo xtask fuzz` has libFuzzer look for it.
pub fn lay_out(seeds: Vec<Vec<u8>>) {
    let Some(folder) = env::var_os("FUZZ_SEEDS").map(PathBuf::from) else { return };
    fs::create_dir_all(&folder).expect("the folder of the seeds");
    for (place, seed) in seeds.iter().enumerate() {
        fs::write(folder.join(format!("{place:04}")), seed).expect("a seed");
    }
}
