//! From the picture to its modules and its text.

use std::io::Cursor;

use png::{ColorType, Decoder, Limits, Transformations};
use rqrr::{BitGrid, Grid, SimpleGrid};

/// What a picture shows.
pub(super) struct Reading {
    /// What a phone reads.
    pub(super) text: String,
    pub(super) modules: Modules,
}

/// The modules of a QR code: the squares that it is made of.
pub(super) struct Modules(SimpleGrid);

impl Modules {
    /// How many there are in a row.
    pub(super) fn side(&self) -> usize {
        self.0.size()
    }

    /// Whether one is dark. All outside of the code are light.
    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.side() && y < self.side() && self.0.bit(y, x)
    }
}

/// Reads a picture that shows a QR code and nothing else, upright, dark on light.
///
/// Upstream's are such. Of `rqrr` only the decoder of a grid is used: its search for codes in photographs panics on
/// some pictures, and its time is without bound.
pub(super) fn read(png: &[u8]) -> Option<Reading> {
    let picture = Picture::read(png)?;
    // All that is dark is the code. Which of the 40 sizes it has shows when it is cut into so many modules.
    let area = picture.dark_area()?;
    (1..=40).map(|version| picture.sampled(&area, 17 + 4 * version)).filter(has_timing_pattern).find_map(|modules| {
        let (_, text) = Grid::new(modules.clone()).decode().ok()?;
        Some(Reading { text, modules: Modules(modules) })
    })
}

/// A picture in shades of grey.
struct Picture {
    width: usize,
    pixels: Vec<u8>,
}

impl Picture {
    fn read(png: &[u8]) -> Option<Self> {
        let mut decoder = Decoder::new_with_limits(Cursor::new(png), Limits { bytes: MAX_BYTES });
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        decoder.set_transformations(Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().ok()?;
        let size = reader.output_buffer_size()?;
        if size > MAX_BYTES {
            return None;
        }
        let mut bytes = vec![0; size];
        let frame = reader.next_frame(&mut bytes).ok()?;
        let bytes = bytes.get(..frame.buffer_size())?;
        let pixels = match frame.color_type {
            ColorType::Grayscale => bytes.to_vec(),
            ColorType::GrayscaleAlpha => {
                bytes.as_chunks().0.iter().map(|&[grey, alpha]| on_white(grey, alpha)).collect()
            }
            ColorType::Rgb => bytes.as_chunks().0.iter().map(|&rgb| grey(rgb)).collect(),
            ColorType::Rgba => {
                bytes.as_chunks().0.iter().map(|&[r, g, b, alpha]| on_white(grey([r, g, b]), alpha)).collect()
            }
            // The decoder turns palettes into colours.
            ColorType::Indexed => return None,
        };
        Some(Self { width: usize::try_from(frame.width).ok()?, pixels })
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        self.pixels.get(y * self.width + x).is_some_and(|&grey| grey < 128)
    }

    /// The code cut into `side` modules a row; each is what its middle is.
    fn sampled(&self, area: &Area, side: usize) -> SimpleGrid {
        let middle = |start, length, index| start + (2 * index + 1) * length / (2 * side);
        SimpleGrid::from_func(side, |x, y| {
            self.is_dark(middle(area.left, area.width, x), middle(area.top, area.height, y))
        })
    }

    /// The smallest rectangle around all dark pixels.
    fn dark_area(&self) -> Option<Area> {
        let rows = || self.pixels.chunks_exact(self.width).map(|row| row.iter().map(|&grey| grey < 128));
        let top = rows().position(|mut row| row.any(|dark| dark))?;
        let bottom = rows().rposition(|mut row| row.any(|dark| dark))?;
        let left = rows().filter_map(|mut row| row.position(|dark| dark)).min()?;
        let right = rows().filter_map(|mut row| row.rposition(|dark| dark)).max()?;
        Some(Area { left, top, width: right - left + 1, height: bottom - top + 1 })
    }
}

struct Area {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

/// Whether dark and light alternate between the finder patterns, in the row and in the column that are there for it.
fn has_timing_pattern(grid: &SimpleGrid) -> bool {
    (7..grid.size() - 7).all(|at| {
        let is_dark = at % 2 == 0;
        grid.bit(6, at) == is_dark && grid.bit(at, 6) == is_dark
    })
}

/// How bright a colour is.
fn grey([red, green, blue]: [u8; 3]) -> u8 {
    let sum = u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114;
    u8::try_from(sum / 1000).unwrap_or(u8::MAX)
}

/// A pixel that may be transparent, as it looks on a white page.
fn on_white(grey: u8, alpha: u8) -> u8 {
    u8::MAX - u8::try_from(u16::from(u8::MAX - grey) * u16::from(alpha) / 255).unwrap_or(u8::MAX)
}

/// What a picture may take unpacked: 16 MiB, in grey 4096 pixels a side.
const MAX_BYTES: usize = 16 << 20;
