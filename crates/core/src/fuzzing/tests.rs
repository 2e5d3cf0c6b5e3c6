//! Replays of the targets. `fuzz/corpus/` has what was found of each.

use greenapi_partner_replay::replay;

macro_rules! replays {
    ($($target:ident $mutations:literal;)*) => {
        $(#[test]
        fn $target() {
            replay(stringify!($target), super::$target::check, super::$target::seeds(), $mutations);
        })*
    };
}

replays! {
    answers 60;
    frames 2000;
    journals 500;
    ledgers 500;
    lists 2000;
    notifications 1000;
    pictures 150;
    rows 3000;
    settings 300;
    words 500;
}
