//! Pictures of QR codes.
//!
//! An input is a PNG; or, behind an `m`, modules: how many stand in a row, then a byte for every eight. A picture is drawn of these.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::QrCode;

pub fn check(input: &[u8]) {
    let png = match input.split_first() {
        Some((b'm', modules)) => drawn(modules),
        _ => input.to_vec(),
    };
    let text = STANDARD.encode(&png);
    let Ok(qr) = QrCode::read(&text) else {
        return assert!(!png.starts_with(b"\x89PNG\r\n\x1a\n"));
    };
    assert_eq!(qr.png(), &png);
    let lines: Vec<_> = text.as_bytes().chunks(76).map(|line| str::from_utf8(line).unwrap()).collect();
    assert!(QrCode::read(&lines.join("\r\n")).is_ok_and(|again| again == qr));
    assert!(QrCode::read(&qr.data_url()).is_ok_and(|again| again == qr));
    let (svg, terminal) = (qr.svg(), qr.terminal());
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
    match qr.text() {
        Some(read) => {
            assert!(!svg.contains("<image") && terminal.lines().count() > 10);
            assert!(read.len() < 12 || !format!("{qr:?}").contains(read));
        }
        None => assert!(svg.contains("<image") && terminal.lines().count() == 1),
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let modules = modules_of_a_code();
    vec![[&b"m"[..], &modules].concat(), drawn(&modules)]
}

/// The picture of a code in upstream's base64.
pub(super) fn drawn_base64() -> String {
    STANDARD.encode(drawn(&modules_of_a_code()))
}

/// The code of `2@green-partner` in version 1: only the tests have what draws others.
fn modules_of_a_code() -> Vec<u8> {
    let bits: String = CODE.concat();
    let bytes =
        bits.as_bytes().chunks(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit == b'#')));
    std::iter::once(21).chain(bytes).collect()
}

/// A PNG of a pixel for each module.
fn drawn(modules: &[u8]) -> Vec<u8> {
    let (side, bits) = modules.split_first().map_or((1, &[][..]), |(side, bits)| (u32::from(*side).max(1), bits));
    let is_dark = |place: usize| bits.get(place / 8).is_some_and(|byte| byte >> (7 - place % 8) & 1 == 1);
    let pixels: Vec<u8> = (0..(side * side) as usize).map(|place| if is_dark(place) { 0 } else { 255 }).collect();
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    png
}

const CODE: [&str; 21] = [
    "#######....##.#######",
    "#.....#...#.#.#.....#",
    "#.###.#...#...#.###.#",
    "#.###.#.#.#.#.#.###.#",
    "#.###.#.##.#..#.###.#",
    "#.....#..#.##.#.....#",
    "#######.#.#.#.#######",
    "...........##........",
    "##...###...##...##...",
    ".#..##.#.#...#....#.#",
    "##.####.######.#..##.",
    "#....#.#..#..#..###.#",
    "..##.##..#.......#.##",
    "........##......#####",
    "#######.#####....#...",
    "#.....#.###.########.",
    "#.###.#..#.##.#..#.##",
    "#.###.#..###....#.#..",
    "#.###.#..#..#.#.##.##",
    "#.....#.##...#.#.##..",
    "#######.#.#.###....#.",
];
