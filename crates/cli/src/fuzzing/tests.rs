//! Replays of the targets. `fuzz/corpus/` has what was found of each.

use greenapi_partner_replay::replay;

use super::{arguments, specs};

#[test]
fn arguments() {
    replay("arguments", arguments::check, arguments::seeds(), 100);
}

#[test]
fn specs() {
    replay("specs", specs::check, specs::seeds(), 3000);
}
