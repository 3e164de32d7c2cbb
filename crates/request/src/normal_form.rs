//! One spelling for text that looks the same: Unicode's normal form C, on the server and in the browser.
//! It must not load tables into the browser, which has its own.
//!
//! The second half of a letter such as "é" can be a character of its own; macOS and some keyboards write it so. A search finds
//! such a word only where both are spelt alike.

#[cfg(not(target_family = "wasm"))]
pub fn nfc(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfc().collect()
}

#[cfg(target_family = "wasm")]
pub fn nfc(text: &str) -> String {
    use leptos::web_sys::js_sys::JsString;
    JsString::from(text).normalize("NFC").into()
}

#[cfg(test)]
mod tests {
    use super::nfc;
    use proptest::prelude::*;

    #[test]
    fn what_looks_the_same_is_the_same() {
        assert_eq!(nfc("Cafe\u{301}"), "Café");
        assert_eq!(nfc("\u{1112}\u{1161}\u{11ab}"), "한");
        assert_eq!(nfc("\u{212b}"), "Å");
        // Only what is the same by definition: a ligature and a wide letter stay.
        assert_eq!(nfc("ﬁ Ａ"), "ﬁ Ａ");
    }

    proptest! {
        #[test]
        fn what_is_stored_stays_as_it_is(text in any::<String>()) {
            let once = nfc(&text);
            prop_assert_eq!(nfc(&once), once);
        }
    }
}
