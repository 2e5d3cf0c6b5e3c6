//! Cell of a table: the values that both databases take and give.

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Whole(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row as it was read, taken from the left.
pub(crate) struct Cells(std::vec::IntoIter<Cell>);

impl Cells {
    pub(crate) fn of(cells: Vec<Cell>) -> Self {
        Self(cells.into_iter())
    }

    pub(crate) fn text(&mut self) -> Option<String> {
        if let Some(Cell::Text(text)) = self.0.next() { Some(text) } else { None }
    }

    pub(crate) fn whole(&mut self) -> Option<i64> {
        if let Some(Cell::Whole(number)) = self.0.next() { Some(number) } else { None }
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.whole().is_some_and(|number| number != 0)
    }

    pub(super) fn bytes(&mut self) -> Option<Vec<u8>> {
        if let Some(Cell::Bytes(bytes)) = self.0.next() { Some(bytes) } else { None }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::Whole(flag.into())
    }
}

impl From<std::time::Duration> for Cell {
    fn from(time: std::time::Duration) -> Self {
        Self::Whole(i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 4))
    }
}

impl From<Vec<u8>> for Cell {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_time_is_milliseconds_and_one_without_end_is_a_long_one() {
        assert_eq!(Cell::from(Duration::from_secs(30)), Cell::Whole(30_000));
        // Moments are added to it.
        let Cell::Whole(longest) = Cell::from(Duration::MAX) else { panic!() };
        let years = longest / 1000 / 3600 / 24 / 365;
        assert!(years > 1_000_000 && longest.checked_mul(2).is_some(), "{years}");
    }
}
