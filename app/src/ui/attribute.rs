//! Values of attributes that change while a page is open.
//! Every such attribute is of one of these types or `Option<String>`: the browser loads code for each type once more.

/// An attribute that says yes or no.
pub fn truth(value: bool) -> Option<&'static str> {
    Some(if value { "true" } else { "false" })
}

/// An attribute that is there or not.
pub fn present(value: bool) -> Option<&'static str> {
    value.then_some("")
}
