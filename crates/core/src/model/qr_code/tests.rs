//! Tests of what a person or a phone sees of a QR code.

use png::{BitDepth, ColorType, Encoder};
use qrcodegen::QrCodeEcc;

use super::*;

/// As long as the payloads of WhatsApp.
pub(crate) const PAYLOAD: &str = "2@9uQmJv1kZpRr7sT3xW5yB8cD0eF2gH4iJ6kL8mN0oP2qR4sT6uV8wX0yZ2aB4cD6eF8gH,aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA7bC9dE=,kL1mN3oP5qR7sT9uV1wX3yZ5aB7cD9eF1gH3iJ5kL7m=,xY9zA1bC3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5z=,1";

/// The QR code of a text as upstream draws it.
pub(crate) fn qr_of(text: &str) -> QrCode {
    shown(drawn(text, 4, 4).png(ColorType::Grayscale, &[255], &[0]))
}

/// A QR code whose picture shows none.
pub(crate) fn unreadable() -> QrCode {
    shown(Drawing { side: 8, dark: vec![false; 64] }.png(ColorType::Grayscale, &[255], &[0]))
}

#[test]
fn the_text_is_what_was_encoded() {
    for text in [PAYLOAD, "2@short", "https://green-api.com", "привет"] {
        assert_eq!(qr_of(text).text(), Some(text));
    }
}

#[test]
fn the_text_is_read_at_every_size_and_with_every_margin() {
    for (scale, margin) in [(1, 4), (2, 0), (3, 1), (5, 2), (7, 10)] {
        let png = drawn(PAYLOAD, scale, margin).png(ColorType::Grayscale, &[255], &[0]);
        assert_eq!(shown(png).text(), Some(PAYLOAD), "{scale} pixels a module, {margin} around");
    }
    for version in [1, 2, 7, 14, 21, 27, 35, 40] {
        let code = code(&"7".repeat(version), version);
        let png = drawing(&code, 2, 4).png(ColorType::Grayscale, &[255], &[0]);
        assert_eq!(shown(png).text(), Some("7".repeat(version).as_str()), "version {version}");
    }
}

#[test]
fn the_text_is_read_where_modules_are_no_whole_number_of_pixels() {
    let code = code(PAYLOAD, 1);
    let side = 300;
    let modules = usize::try_from(code.size()).unwrap() + 8;
    let dark = (0..side * side).map(|at| is_dark(&code, (at % side) * modules / side, (at / side) * modules / side, 4));
    let drawing = Drawing { side, dark: dark.collect() };
    assert_eq!(shown(drawing.png(ColorType::Grayscale, &[255], &[0])).text(), Some(PAYLOAD));
}

#[test]
fn the_text_is_read_in_every_kind_of_png() {
    let drawing = drawn(PAYLOAD, 3, 4);
    for (name, png) in [
        ("colours", drawing.png(ColorType::Rgb, &[255, 255, 255], &[0, 0, 0])),
        ("dark green on cream", drawing.png(ColorType::Rgb, &[255, 250, 230], &[7, 94, 84])),
        ("opaque", drawing.png(ColorType::Rgba, &[255; 4], &[0, 0, 0, 255])),
        ("on a transparent ground", drawing.png(ColorType::Rgba, &[0; 4], &[0, 0, 0, 255])),
        ("grey on a transparent ground", drawing.png(ColorType::GrayscaleAlpha, &[0, 0], &[0, 255])),
        ("1 bit", drawing.packed(ColorType::Grayscale, None, false)),
        ("a palette", drawing.packed(ColorType::Indexed, Some(&[0, 0, 0, 255, 255, 255]), false)),
        ("a palette the other way round", drawing.packed(ColorType::Indexed, Some(&[255, 255, 255, 0, 0, 0]), true)),
        ("16 bits", drawing.of_16_bits()),
    ] {
        assert_eq!(shown(png).text(), Some(PAYLOAD), "{name}");
    }
}

#[test]
fn a_damaged_module_does_not_matter() {
    let mut drawing = drawn(PAYLOAD, 1, 0);
    let middle = drawing.dark.len() / 2;
    drawing.dark[middle] ^= true;
    assert_eq!(shown(drawing.png(ColorType::Grayscale, &[255], &[0])).text(), Some(PAYLOAD));
}

#[test]
fn a_picture_that_shows_no_code_has_no_text() {
    let drawing = drawn(PAYLOAD, 3, 4);
    let all_dark = Drawing { side: 64, dark: vec![true; 64 * 64] };
    let one_pixel = Drawing { side: 1, dark: vec![true] };
    for (name, png) in [
        ("white on black", drawing.png(ColorType::Grayscale, &[0], &[255])),
        ("invisible", drawing.png(ColorType::Rgba, &[0; 4], &[0; 4])),
        ("all dark", all_dark.png(ColorType::Grayscale, &[255], &[0])),
        ("one pixel", one_pixel.png(ColorType::Grayscale, &[255], &[0])),
    ] {
        assert_unreadable(&shown(png), name);
    }
    assert_unreadable(&unreadable(), "all light");
}

#[test]
fn a_png_that_is_cut_or_corrupt_has_no_text() {
    let whole = drawn("2@short", 1, 4).png(ColorType::Grayscale, &[255], &[0]);
    for length in 8..whole.len() - 16 {
        assert_unreadable(&shown(whole[..length].to_vec()), &format!("{length} bytes of {}", whole.len()));
    }
    for at in 8..whole.len() {
        let mut corrupt = whole.clone();
        corrupt[at] ^= 0x55;
        let qr = shown(corrupt);
        let text = qr.text();
        assert!(text.is_none() || text == Some("2@short"), "byte {at}");
    }
}

#[test]
fn a_huge_png_is_not_unpacked() {
    for (width, height) in [(u32::MAX >> 1, u32::MAX >> 1), (100_000, 100_000), (u32::MAX >> 1, 1)] {
        assert_unreadable(&shown(header_of(width, height)), &format!("{width} x {height}"));
    }
    // 17 MiB that are packed into some KB: a good code, but for its size.
    let bomb = drawn("2@short", 85, 4).png(ColorType::Rgb, &[255; 3], &[0; 3]);
    assert!(bomb.len() < 1 << 20);
    assert_unreadable(&shown(bomb), "a bomb");
}

#[test]
fn no_pattern_of_modules_makes_it_panic() {
    let mut random = fastrand::Rng::with_seed(7);
    for version in [1, 2, 6, 7, 13, 20] {
        for share in [10, 60, 128] {
            let mut drawing = drawing(&code("7", version), 1, 0);
            for at in 0..drawing.dark.len() {
                let (x, y) = (at % drawing.side, at / drawing.side);
                let is_kept = x == 6 || y == 6 || x == 0 || y == 0;
                drawing.dark[at] ^= !is_kept && random.u8(..) < share;
            }
            read_all(&shown(drawing.png(ColorType::Grayscale, &[255], &[0])));
        }
    }
}

#[test]
fn no_content_of_a_code_makes_it_panic() {
    use qrcodegen::{QrSegment, QrSegmentMode as Mode};

    let mut random = fastrand::Rng::with_seed(7);
    for mode in [Mode::Numeric, Mode::Alphanumeric, Mode::Byte, Mode::Kanji, Mode::Eci] {
        for length in (1..40).step_by(4) {
            let bits = (0..length * 8).map(|_| random.bool()).collect();
            // Says that it is longer or shorter than it is; this kind has no length.
            let count = if mode == Mode::Eci { 0 } else { random.usize(..200) };
            let segment = QrSegment::new(mode, count, bits);
            let code = qrcodegen::QrCode::encode_segments(&[segment], QrCodeEcc::Low).unwrap();
            read_all(&shown(drawing(&code, 1, 0).png(ColorType::Grayscale, &[255], &[0])));
        }
    }
}

#[test]
fn the_terminal_shows_the_code_on_white_whatever_the_theme() {
    let terminal = qr_of(PAYLOAD).terminal();
    assert!(terminal.ends_with('\n'));
    for line in terminal.lines() {
        let line = line.strip_prefix("\x1b[38;5;16m\x1b[48;5;231m").expect("starts black on white");
        let line = line.strip_suffix("\x1b[0m").expect("ends with a reset");
        assert!(line.chars().all(|character| " ▀▄█".contains(character)));
    }
    let back = shown(blocks(&terminal).png(ColorType::Grayscale, &[255], &[0]));
    assert_eq!(back.text(), Some(PAYLOAD));
}

#[test]
fn the_terminal_fits_a_window_of_80_by_40() {
    let blocks = blocks(&qr_of(PAYLOAD).terminal());
    assert!(blocks.side <= 61, "{} columns, half as many lines", blocks.side);
}

#[test]
fn the_terminal_keeps_a_margin_of_two_modules() {
    let blocks = blocks(&qr_of(PAYLOAD).terminal());
    let last = blocks.side - 3;
    for at in (0..blocks.dark.len()).filter(|&at| blocks.dark[at]) {
        let (x, y) = (at % blocks.side, at / blocks.side);
        assert!((2..=last).contains(&x) && (2..=last).contains(&y), "{x}, {y}");
    }
}

#[test]
fn the_svg_has_the_modules_of_the_code() {
    let code = code(PAYLOAD, 1);
    let svg = qr_of(PAYLOAD).svg();
    let side = usize::try_from(code.size()).unwrap() + 8;
    assert!(svg.contains(&format!(r#"viewBox="0 0 {side} {side}""#)), "{svg}");
    let dark = (0..side * side).map(|at| is_dark(&code, at % side, at / side, 4)).collect::<Vec<_>>();
    assert!(painted(&svg, side) == dark, "the path paints other modules");
}

#[test]
fn the_svg_is_sharp_has_a_name_and_runs_nothing() {
    let svg = qr_of(PAYLOAD).svg();
    for part in [r#"role="img""#, "<title>QR code</title>", r#"shape-rendering="crispEdges""#, r##"fill="#fff""##] {
        assert!(svg.contains(part), "{part}");
    }
    assert!(!svg.contains("<script") && !svg.contains(" on") && !svg.contains("href"));
    assert_eq!(svg.matches("<path").count(), 1);
}

#[test]
fn an_unreadable_picture_still_has_an_svg_and_says_so_in_a_terminal() {
    let qr = unreadable();
    assert!(qr.svg().contains(&format!(r#"href="{}""#, qr.data_url())));
    assert_eq!(qr.terminal(), "The QR code cannot be drawn as text: show its PNG or the QR page instead.\n");
}

#[test]
fn nothing_of_the_code_is_in_its_debug() {
    let qr = qr_of(PAYLOAD);
    assert!(qr.text().is_some());
    assert_eq!(format!("{qr:?}"), format!("QrCode {{ expires_at: {}, .. }}", qr.expires_at()));
}

#[test]
fn a_code_is_decoded_once() {
    let qr = qr_of(PAYLOAD);
    let first = qr.text().unwrap().as_ptr();
    assert_eq!(qr.clone().text().unwrap().as_ptr(), first);
}

fn read_all(qr: &QrCode) {
    assert!(qr.svg().starts_with("<svg") && qr.terminal().ends_with('\n'));
}

fn assert_unreadable(qr: &QrCode, what: &str) {
    assert_eq!(qr.text(), None, "{what}");
    assert!(qr.svg().contains(&qr.data_url()), "{what}");
    assert_eq!(qr.terminal().lines().count(), 1, "{what}");
}

fn shown(png: Vec<u8>) -> QrCode {
    QrCode::read(&STANDARD.encode(png)).unwrap()
}

fn code(text: &str, min_version: usize) -> qrcodegen::QrCode {
    let version = qrcodegen::Version::new(u8::try_from(min_version).unwrap());
    let segments = qrcodegen::QrSegment::make_segments(text);
    let max = qrcodegen::Version::MAX;
    qrcodegen::QrCode::encode_segments_advanced(&segments, QrCodeEcc::Low, version, max, None, true).unwrap()
}

fn is_dark(code: &qrcodegen::QrCode, x: usize, y: usize, margin: usize) -> bool {
    let module = |at: usize| i32::try_from(at).unwrap() - i32::try_from(margin).unwrap();
    code.get_module(module(x), module(y))
}

fn drawn(text: &str, scale: usize, margin: usize) -> Drawing {
    drawing(&code(text, 1), scale, margin)
}

fn drawing(code: &qrcodegen::QrCode, scale: usize, margin: usize) -> Drawing {
    let side = (usize::try_from(code.size()).unwrap() + 2 * margin) * scale;
    let dark = (0..side * side).map(|at| is_dark(code, at % side / scale, at / side / scale, margin)).collect();
    Drawing { side, dark }
}

/// A square of pixels, row by row.
struct Drawing {
    side: usize,
    dark: Vec<bool>,
}

impl Drawing {
    /// With 8 bits a channel.
    fn png(&self, color: ColorType, light: &[u8], dark: &[u8]) -> Vec<u8> {
        let pixels: Vec<u8> =
            self.dark.iter().flat_map(|&is_dark| if is_dark { dark } else { light }).copied().collect();
        self.encoded(color, BitDepth::Eight, None, &pixels)
    }

    fn of_16_bits(&self) -> Vec<u8> {
        let pixels: Vec<u8> = self.dark.iter().flat_map(|&is_dark| if is_dark { [0, 99] } else { [255, 1] }).collect();
        self.encoded(ColorType::Grayscale, BitDepth::Sixteen, None, &pixels)
    }

    /// With 1 bit a pixel, which is what is dark, or what is light.
    fn packed(&self, color: ColorType, palette: Option<&[u8]>, dark: bool) -> Vec<u8> {
        let bits = |eight: &[bool]| eight.iter().enumerate().map(|(at, &bit)| u8::from(bit == dark) << (7 - at)).sum();
        let pixels: Vec<u8> = self.dark.chunks(self.side).flat_map(|row| row.chunks(8).map(bits)).collect();
        self.encoded(color, BitDepth::One, palette, &pixels)
    }

    fn encoded(&self, color: ColorType, depth: BitDepth, palette: Option<&[u8]>, pixels: &[u8]) -> Vec<u8> {
        let side = u32::try_from(self.side).unwrap();
        let mut png = Vec::new();
        let mut encoder = Encoder::new(&mut png, side, side);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if let Some(palette) = palette {
            encoder.set_palette(palette.to_vec());
        }
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(pixels).unwrap();
        writer.finish().unwrap();
        png
    }
}

/// A PNG that has nothing but its size.
fn header_of(width: u32, height: u32) -> Vec<u8> {
    let mut png = Vec::new();
    Encoder::new(&mut png, width, height).write_header().unwrap();
    png
}

/// What a terminal shows, one pixel a module; where the last half of a line is below the code, it is cut.
fn blocks(terminal: &str) -> Drawing {
    let mut dark = Vec::new();
    let mut side = 0;
    for line in terminal.lines() {
        let line: Vec<char> = line.chars().filter(|character| " ▀▄█".contains(*character)).collect();
        side = line.len();
        dark.extend(line.iter().map(|character| "▀█".contains(*character)));
        dark.extend(line.iter().map(|character| "▄█".contains(*character)));
    }
    dark.truncate(side * side);
    Drawing { side, dark }
}

/// The pixels that the path of an SVG paints: `M1 2h3v1h-3z` is three, from the second of the third row on.
fn painted(svg: &str, side: usize) -> Vec<bool> {
    let path = svg.split_once(r#" d=""#).unwrap().1.split_once('"').unwrap().0;
    let mut dark = vec![false; side * side];
    for rectangle in path.split_terminator('z') {
        let (x, rest) = rectangle.strip_prefix('M').unwrap().split_once(' ').unwrap();
        let (y, rest) = rest.split_once('h').unwrap();
        let (width, back) = rest.split_once("v1h-").unwrap();
        assert_eq!(width, back);
        let start = y.parse::<usize>().unwrap() * side + x.parse::<usize>().unwrap();
        dark[start..start + width.parse::<usize>().unwrap()].fill(true);
    }
    dark
}
