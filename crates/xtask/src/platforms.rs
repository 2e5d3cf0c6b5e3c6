//! The platforms that packages are made for: the one table. `js/package.json`, where the loader reads them, and the workflow
//! are held to it by tests.

use std::path::{Path, PathBuf};

/// A platform, in the words of each tool that has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Platform {
    /// Rust's name of it.
    pub(crate) target: &'static str,
    /// napi-rs' name of it, with which the addon's file and the platform package are named.
    pub(crate) napi: &'static str,
    /// As `process.platform` and `process.arch` say it.
    pub(crate) os: &'static str,
    pub(crate) cpu: &'static str,
    /// npm's word for the C library, where there is a choice.
    pub(crate) libc: Option<&'static str>,
    /// What the wheel promises to run on, as maturin's `--compatibility` takes it.
    pub(crate) wheel: &'static str,
    /// The GitHub runner that builds it, and then runs what it has built.
    pub(crate) runner: &'static str,
}

impl Platform {
    /// The npm package that holds its addon: `greenapi_partner-linux-x64-gnu`.
    pub(crate) fn package(self) -> String {
        format!("{}-{}", crate::node::PACKAGE, self.napi)
    }

    /// The addon's file: `greenapi_partner.linux-x64-gnu.node`.
    pub(crate) fn addon(self) -> String {
        format!("{}.{}.node", crate::node::PACKAGE, self.napi)
    }
}

/// All of them.
pub(crate) const PLATFORMS: [Platform; 8] = [
    Platform {
        target: "x86_64-unknown-linux-gnu",
        napi: "linux-x64-gnu",
        os: "linux",
        cpu: "x64",
        libc: Some("glibc"),
        wheel: "manylinux2014",
        runner: "ubuntu-24.04",
    },
    Platform {
        target: "x86_64-unknown-linux-musl",
        napi: "linux-x64-musl",
        os: "linux",
        cpu: "x64",
        libc: Some("musl"),
        wheel: "musllinux_1_2",
        runner: "ubuntu-24.04",
    },
    Platform {
        target: "aarch64-unknown-linux-gnu",
        napi: "linux-arm64-gnu",
        os: "linux",
        cpu: "arm64",
        libc: Some("glibc"),
        wheel: "manylinux2014",
        runner: "ubuntu-24.04-arm",
    },
    Platform {
        target: "aarch64-unknown-linux-musl",
        napi: "linux-arm64-musl",
        os: "linux",
        cpu: "arm64",
        libc: Some("musl"),
        wheel: "musllinux_1_2",
        runner: "ubuntu-24.04-arm",
    },
    Platform {
        target: "x86_64-apple-darwin",
        napi: "darwin-x64",
        os: "darwin",
        cpu: "x64",
        libc: None,
        wheel: "pypi",
        runner: "macos-15-intel",
    },
    Platform {
        target: "aarch64-apple-darwin",
        napi: "darwin-arm64",
        os: "darwin",
        cpu: "arm64",
        libc: None,
        wheel: "pypi",
        runner: "macos-15",
    },
    Platform {
        target: "x86_64-pc-windows-msvc",
        napi: "win32-x64-msvc",
        os: "win32",
        cpu: "x64",
        libc: None,
        wheel: "pypi",
        runner: "windows-2025",
    },
    Platform {
        target: "aarch64-pc-windows-msvc",
        napi: "win32-arm64-msvc",
        os: "win32",
        cpu: "arm64",
        libc: None,
        wheel: "pypi",
        runner: "windows-11-arm",
    },
];

/// The platform of this machine, if it is one of them.
pub(crate) fn of_this_machine() -> Option<Platform> {
    let target = if cfg!(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64")) {
        "x86_64-unknown-linux-gnu"
    } else if cfg!(all(target_os = "linux", target_env = "gnu", target_arch = "aarch64")) {
        "aarch64-unknown-linux-gnu"
    } else {
        return None; // elsewhere xtask has not been tried; the workflow calls the tools directly
    };
    PLATFORMS.into_iter().find(|platform| platform.target == target)
}

/// Where cargo puts what it builds in this folder for a machine that it was told of by name, as steps in a user's environment do.
pub(crate) fn folder(target: &Path) -> PathBuf {
    of_this_machine().map_or_else(|| target.to_owned(), |platform| target.join(platform.target))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_platform_has_names_of_its_own() {
        let targets: HashSet<_> = PLATFORMS.iter().map(|platform| platform.target).collect();
        let packages: HashSet<_> = PLATFORMS.into_iter().map(Platform::package).collect();
        assert_eq!((targets.len(), packages.len()), (PLATFORMS.len(), PLATFORMS.len()));
    }

    #[test]
    fn a_platform_is_named_by_napis_convention() {
        let names: Vec<_> = PLATFORMS.into_iter().map(|one| (one.target, one.package())).collect();
        let expected = [
            ("x86_64-unknown-linux-gnu", "greenapi_partner-linux-x64-gnu"),
            ("x86_64-unknown-linux-musl", "greenapi_partner-linux-x64-musl"),
            ("aarch64-unknown-linux-gnu", "greenapi_partner-linux-arm64-gnu"),
            ("aarch64-unknown-linux-musl", "greenapi_partner-linux-arm64-musl"),
            ("x86_64-apple-darwin", "greenapi_partner-darwin-x64"),
            ("aarch64-apple-darwin", "greenapi_partner-darwin-arm64"),
            ("x86_64-pc-windows-msvc", "greenapi_partner-win32-x64-msvc"),
            ("aarch64-pc-windows-msvc", "greenapi_partner-win32-arm64-msvc"),
        ];
        assert_eq!(names, expected.map(|(target, package)| (target, package.to_owned())));
    }
}
