//! The usual causes of failed installs and builds, recognised by words in the log.

const KNOWN: [(&[&str], &str); 5] = [
    (&["signal: 9, SIGKILL"], "the memory was full: end other programs, or set CARGO_BUILD_JOBS=1"),
    (
        // A linker that writes to mapped memory is killed by SIGBUS.
        &["No space left on device", "ENOSPC", "Disk quota exceeded", "SIGBUS", "[Bus error]"],
        "the disk is full: free some space",
    ),
    (
        &[
            "SSL certificate problem",
            "SELF_SIGNED_CERT",
            "self-signed certificate",
            "UNABLE_TO_GET_ISSUER_CERT",
            "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
            "UnknownIssuer",
        ],
        "something between here and the registry has a certificate that this machine does not know: give the proxy's certificate \
         to cargo (CARGO_HTTP_CAINFO) and npm (NODE_EXTRA_CA_CERTS)",
    ),
    (
        &[
            "Could not resolve",
            "Could not connect to server",
            "Temporary failure resolving",
            "Unable to connect to",
            "dns error",
            "tcp connect error",
            "operation timed out",
            "Operation too slow",
            "spurious network error",
            "ENOTFOUND",
            "EAI_AGAIN",
            "ECONNREFUSED",
            "ECONNRESET",
            "ETIMEDOUT",
        ],
        "the network does not reach the registry: look at it, or at the proxy (https_proxy)",
    ),
    (
        &["Read-only file system", "EROFS", "Permission denied", "EACCES"],
        "a folder is not writable: the log names it (XDG_CACHE_HOME says where tools are installed)",
    ),
];

/// Returns the cause that the log shows, if it is a known one.
pub fn cause(log: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(words, _)| words.iter().any(|word| log.contains(word))).map(|(_, cause)| *cause)
}

#[cfg(test)]
mod tests {
    use super::cause;

    #[test]
    fn causes_are_recognised_in_the_output() {
        for (printed, named) in [
            (
                "error: could not compile `swc` (lib)\n  process didn't exit successfully (signal: 9, SIGKILL: kill)",
                "memory",
            ),
            ("error: could not write output: No space left on device (os error 28)", "disk is full"),
            ("  = note: collect2: fatal error: ld terminated with signal 7 [Bus error]", "disk is full"),
            ("npm error code ENOSPC\nnpm error nospc There appears to be insufficient space", "disk is full"),
            ("  [6] Could not resolve hostname (Could not resolve host: index.crates.io)", "network"),
            ("  [7] Could not connect to server (Failed to connect to 127.0.0.1 port 9 after 0 ms)", "network"),
            (
                "npm error network request to https://registry.npmjs.org/x failed, reason: getaddrinfo ENOTFOUND",
                "network",
            ),
            (
                "W: Failed to fetch http://deb.debian.org/debian/x  Temporary failure resolving 'deb.debian.org'",
                "network",
            ),
            (
                "error: client error (Connect): tunnel error: tcp connect error: Connection refused (os error 111)",
                "network",
            ),
            (
                "  [60] SSL peer certificate was not OK (SSL certificate problem: unable to get local issuer)",
                "certificate",
            ),
            ("npm error code SELF_SIGNED_CERT_IN_CHAIN", "certificate"),
            (
                "error: failed to create directory `/x/bin`\nCaused by: Read-only file system (os error 30)",
                "not writable",
            ),
            ("npm error code EACCES\nnpm error path /x/node_modules", "not writable"),
        ] {
            assert!(cause(printed).is_some_and(|cause| cause.contains(named)), "{printed}: {:?}", cause(printed));
        }
        assert_eq!(cause("error[E0425]: cannot find value `network` in this scope"), None);
    }
}
