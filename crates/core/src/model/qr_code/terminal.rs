//! A QR code in half blocks: each character is two modules, one above the other.

use super::decode::Modules;

pub(super) fn of(modules: &Modules) -> String {
    let size = modules.side() + 2 * QUIET_ZONE;
    // What lies left of or above the code wraps to numbers far beyond it.
    let is_dark = |x: usize, y: usize| modules.is_dark(x.wrapping_sub(QUIET_ZONE), y.wrapping_sub(QUIET_ZONE));
    let line = |y: usize| {
        let characters = (0..size).map(|x| match (is_dark(x, y), is_dark(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        });
        [BLACK_ON_WHITE, &characters.collect::<String>(), RESET, "\n"].concat()
    };
    (0..size).step_by(2).map(line).collect()
}

/// What stands in for a picture that cannot be drawn.
pub(super) const UNREADABLE: &str = "The QR code cannot be drawn as text: show its PNG or the QR page instead.\n";

/// By number in the palette of 256, which no theme changes.
const BLACK_ON_WHITE: &str = "\x1b[38;5;16m\x1b[48;5;231m";
const RESET: &str = "\x1b[0m";

/// In modules: half of what the standard asks for, so that a code of WhatsApp's fits a window, and phones scan it.
const QUIET_ZONE: usize = 2;
