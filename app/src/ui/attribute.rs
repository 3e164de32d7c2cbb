//! Values of attributes that change while a page is open.
//! Each such attribute has one of these types or `Option<String>`, since the browser loads code for each type.

/// Returns the value of a true-or-false attribute.
pub fn truth(value: bool) -> Option<&'static str> {
    Some(if value { "true" } else { "false" })
}

/// Returns the value of an attribute that is present or absent.
pub fn present(value: bool) -> Option<&'static str> {
    value.then_some("")
}
