//! A QR code as an SVG.

use std::fmt::Write as _;

use super::decode::Modules;

/// One unit is one module; each run of dark modules is one rectangle of the path.
pub(super) fn of(modules: &Modules) -> String {
    let side = modules.side();
    let mut path = String::new();
    for y in 0..side {
        let mut x = 0;
        while x < side {
            let run = (x..side).take_while(|&x| modules.is_dark(x, y)).count();
            if run > 0 {
                // Writing to a String does not fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET_ZONE, y + QUIET_ZONE);
            }
            x += run.max(1);
        }
    }
    let whole = side + 2 * QUIET_ZONE;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" role="img" shape-rendering="crispEdges"><title>{TITLE}</title><rect width="{whole}" height="{whole}" fill="#fff"/><path fill="#000" d="{path}"/></svg>"##
    )
}

/// An SVG that shows the picture at `data_url`.
pub(super) fn around(data_url: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" role="img"><title>{TITLE}</title><image width="100" height="100" href="{data_url}"/></svg>"#
    )
}

const TITLE: &str = "QR code";

/// In modules, as the standard asks for.
const QUIET_ZONE: usize = 4;
