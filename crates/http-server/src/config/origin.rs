//! Addresses that only have a scheme, a host and a port, and the app's own one among them.
//! It must not take any of it from a request.

use super::vars::Vars;
use neon_auth::is_loopback;
use std::sync::Arc;
use url::Url;

/// The app's own address as browsers see it, `PUBLIC_ORIGIN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicOrigin {
    url: Url,
    text: Arc<str>,
}

impl PublicOrigin {
    /// Parses an origin that browsers can be asked to trust: https, or this machine. The error is the rest of a
    /// sentence that begins with the name of the variable.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let url = parse(text)?;
        let text = url.origin().ascii_serialization().into();
        Ok(Self { url, text })
    }

    /// Returns the origin as a URL, with the path `/`.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Returns the origin as browsers send it in the header `Origin`: without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the same, to be kept.
    pub(crate) fn shared(&self) -> Arc<str> {
        self.text.clone()
    }

    /// Tells whether browsers reach the app over https.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Reads the variable, which has to be set.
    pub(super) fn read(vars: &mut Vars<'_>) -> Option<Self> {
        let fix = "the address at which browsers reach the app, such as https://app.example.com";
        let text = vars.required(&["PUBLIC_ORIGIN"], fix)?;
        Self::parse(&text).map_err(|what| vars.wrong("PUBLIC_ORIGIN", what, fix)).ok()
    }

    /// Reads the variable in local mode. By default it follows from the port: it is where that is `forwarded` to
    /// browsers, or `localhost` and not an address, because that is what people type.
    pub(super) fn read_local(vars: &mut Vars<'_>, port: u16, forwarded: Option<&str>) -> Self {
        let own = format!("http://localhost:{port}");
        let usual = forwarded.unwrap_or(&own);
        let text = vars.optional(&["PUBLIC_ORIGIN"]).unwrap_or_else(|| usual.to_owned());
        let fix = format!("{own}, or leave it out in local mode");
        let local = Self::parse(&text).and_then(|origin| {
            let is_here = is_loopback(&origin.url) || forwarded == Some(origin.as_str());
            if is_here { Ok(origin) } else { Err("is not on this machine, as local mode is") }
        });
        local.unwrap_or_else(|what| {
            vars.wrong("PUBLIC_ORIGIN", what, &fix);
            Self { url: Url::parse("http://localhost").expect("a constant"), text: own.into() }
        })
    }
}

/// Parses an origin without anything after it.
pub(super) fn parse(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "is not a URL")?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("does not begin with https://");
    }
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !bare || !url.username().is_empty() || url.password().is_some() {
        return Err("has more than a scheme, a host and a port");
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err("begins with http://, which is for this machine only");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::PublicOrigin;

    #[test]
    fn an_origin_is_https_or_on_this_machine() {
        for (text, origin) in [
            ("https://App.Example.com/", "https://app.example.com"),
            ("https://app.example.com:443", "https://app.example.com"),
            ("https://app.example.com:8443", "https://app.example.com:8443"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(PublicOrigin::parse(text).unwrap().as_str(), origin);
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "app.example.com",
            "http://app.example.com",
            "http://localhost.example.com",
            "https://app.example.com/path",
            "https://app.example.com/?a=b",
            "https://user@app.example.com",
            "ftp://app.example.com",
            "javascript:alert(1)",
        ] {
            assert!(PublicOrigin::parse(text).is_err(), "{text}");
        }
    }
}
