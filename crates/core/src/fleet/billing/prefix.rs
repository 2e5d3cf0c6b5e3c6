//! The first part of a name: a customer, a brand, a test.

/// What stands before the first separator; a name without one is its own prefix, and a name of upstream's own making
/// (`Instance 1101000001`) is an `Instance`.
pub(super) fn prefix<'n>(name: &'n str, separator: &str) -> &'n str {
    let is_default = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    if name.strip_prefix(DEFAULT_NAME).and_then(|rest| rest.strip_prefix(' ')).is_some_and(is_default) {
        return DEFAULT_NAME;
    }
    name.split_once(separator).map_or(name, |(prefix, _)| prefix)
}

const DEFAULT_NAME: &str = "Instance";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_stands_before_the_first_separator() {
        let table = [
            ("shop-42", "-", "shop"),
            ("shop-42-b", "-", "shop"),
            ("shop_42", "-", "shop_42"),
            ("shop_42", "_", "shop"),
            ("shop: 42", ": ", "shop"),
            ("магазин-42", "-", "магазин"),
            ("-42", "-", ""),
            ("", "-", ""),
            ("Instance 1101728004", "-", "Instance"),
            ("Instance 1101728004", " ", "Instance"),
            ("Instance of Ann", "-", "Instance of Ann"),
            ("Instance ", "-", "Instance "),
        ];
        for (name, separator, expected) in table {
            assert_eq!(prefix(name, separator), expected, "{name}");
        }
    }
}
