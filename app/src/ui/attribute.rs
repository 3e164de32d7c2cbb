//! Values of attributes that change while a page is open.
//! They have one type, and the only other one in use is `Option<String>`: the browser loads code for each type.

/// Returns the value of an attribute that says one or the other, such as `aria-pressed`.
pub fn true_or_false(value: bool) -> Option<&'static str> {
    Some(if value { "true" } else { "false" })
}

/// Returns the value of a boolean attribute, which is there or not, such as `hidden`.
pub fn present(value: bool) -> Option<&'static str> {
    value.then_some("")
}
