//! Which `Range` headers reach the files.
//! Whether a file has the bytes, `ServeDir` decides: it answers 416 for those beyond its end.

use http::header::{IF_RANGE, RANGE};
use http::{HeaderMap, HeaderValue, Method};

/// Removes a `Range` that RFC 9110 lets a server ignore, so that the whole file is sent: `ServeDir` would answer 416.
/// Those are a method other than GET, another unit, what is malformed, more than one range, and one on a condition,
/// which `ServeDir` does not look at. What remains is written as `ServeDir` reads it.
pub fn normalise(method: &Method, headers: &mut HeaderMap) {
    let conditional = headers.contains_key(IF_RANGE);
    let mut sent = headers.get_all(RANGE).iter();
    let range = match (sent.next(), sent.next()) {
        (Some(only), None) if method == Method::GET && !conditional => bytes(only),
        _ => None,
    };
    match range.and_then(|range| HeaderValue::try_from(range).ok()) {
        Some(range) => _ = headers.insert(RANGE, range),
        None => _ = headers.remove(RANGE),
    }
}

/// Returns whether a normalised `Range` asks for some last bytes of a file, however long it is.
pub fn is_suffix(headers: &HeaderMap) -> bool {
    let range = headers.get(RANGE).map(HeaderValue::as_bytes);
    range.is_some_and(|range| range.starts_with(b"bytes=-") && range != b"bytes=-0")
}

/// Returns a well-formed range of bytes without leading zeros and with numbers that fit.
fn bytes(range: &HeaderValue) -> Option<String> {
    let (unit, set) = range.to_str().ok()?.split_once('=')?;
    // An empty element of a list means nothing.
    let mut ranges = set.split(',').map(str::trim).filter(|range| !range.is_empty());
    let (first, last) = ranges.next()?.split_once('-')?;
    if !unit.eq_ignore_ascii_case("bytes") || ranges.next().is_some() {
        return None;
    }
    match (first, last) {
        ("", last) => Some(format!("bytes=-{}", number(last)?)),
        (first, "") => Some(format!("bytes={}-", number(first)?)),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then(|| format!("bytes={first}-{last}"))
        }
    }
}

/// Reads digits; a number beyond every file is the largest one.
fn number(digits: &str) -> Option<u64> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::normalise;
    use http::header::{IF_RANGE, RANGE};
    use http::{HeaderMap, HeaderValue, Method};

    fn kept(method: &Method, ranges: &[&[u8]]) -> Option<String> {
        let ranges = ranges.iter().map(|range| (RANGE, HeaderValue::from_bytes(range).unwrap()));
        let mut headers: HeaderMap = ranges.collect();
        normalise(method, &mut headers);
        headers.get(RANGE).map(|range| range.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_single_byte_range_is_kept() {
        for (sent, kept_as) in [
            ("bytes=0-1", "bytes=0-1"),
            ("Bytes=2-", "bytes=2-"),
            ("bytes=-3", "bytes=-3"),
            ("bytes=-0", "bytes=-0"),
            ("bytes=007-010", "bytes=7-10"),
            ("bytes= 0-1 ,", "bytes=0-1"),
            ("bytes=0-99999999999999999999999", "bytes=0-18446744073709551615"),
        ] {
            assert_eq!(kept(&Method::GET, &[sent.as_bytes()]).as_deref(), Some(kept_as), "{sent}");
        }
    }

    #[test]
    fn other_ranges_are_removed() {
        for sent in ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1", "bytes=2-1", "bytes=+0-1", "bytes=0x0-1"]
            .into_iter()
            .chain(["lines=0-1", " bytes=0-1", "bytes =0-1", "bytes=0-1,3-4", "bytes=0-1-2", "bytes=--1", "\u{fc}"])
        {
            assert_eq!(kept(&Method::GET, &[sent.as_bytes()]), None, "{sent}");
        }
        assert_eq!(kept(&Method::GET, &[b"bytes=0-1\xff"]), None);
        assert_eq!(kept(&Method::GET, &[b"bytes=0-1", b"bytes=3-4"]), None);
        assert_eq!(kept(&Method::HEAD, &[b"bytes=0-1"]), None);
    }

    #[test]
    fn if_range_removes_the_range() {
        let range = (RANGE, HeaderValue::from_static("bytes=0-1"));
        let mut headers = HeaderMap::from_iter([range, (IF_RANGE, HeaderValue::from_static("\"another\""))]);
        normalise(&Method::GET, &mut headers);
        assert!(!headers.contains_key(RANGE));
    }
}
