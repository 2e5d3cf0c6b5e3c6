//! In a terminal: questions, widths, colours.
