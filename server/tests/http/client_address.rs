//! The client address of a request, over a real connection.

use super::state;
use axum::Router;
use axum::routing::get;
use http_server::http::client_address::ClientAddress;
use http_server::http::stack::around;
use http_server::shutdown::{self, Readiness};
use std::future::ready;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;

async fn seen_as(trusted_proxy: &str, headers: &[(&str, &str)]) -> String {
    let state = state(&[("TRUSTED_PROXY", trusted_proxy), ("SHUTDOWN_SECONDS", "1")]);
    let echo = |ClientAddress(address): ClientAddress| async move { address.to_string() };
    let app = around(Router::new().route("/", get(echo)), &state);
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = {
        let limits = &state.config.common.limits;
        let (bounds, times) = (limits.connections, limits.shutdown);
        tokio::spawn(shutdown::serve(listener, app, Readiness::default(), bounds, times, ready(())))
    };
    let mut request = reqwest::Client::builder().no_proxy().build().unwrap().get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let address = request.send().await.unwrap().text().await.unwrap();
    server.abort();
    address
}

#[tokio::test]
async fn forged_headers_do_not_change_the_client_address() {
    let spoofed = [("x-forwarded-for", "1.1.1.1"), ("fly-client-ip", "2.2.2.2"), ("x-real-ip", "3.3.3.3")];
    assert_eq!(seen_as("", &spoofed).await, "127.0.0.1");
    assert_eq!(seen_as("10.0.0.0/8", &spoofed).await, "127.0.0.1");
}

#[tokio::test]
async fn configured_proxy_names_the_client_address() {
    let headers = [("x-forwarded-for", "9.9.9.9, 1.1.1.1"), ("fly-client-ip", "2.2.2.2")];
    assert_eq!(seen_as("1", &headers).await, "1.1.1.1");
    assert_eq!(seen_as("fly", &headers).await, "2.2.2.2");
    assert_eq!(seen_as("127.0.0.0/8", &headers).await, "1.1.1.1");
    assert_eq!(seen_as("fly", &[]).await, "127.0.0.1");
}
