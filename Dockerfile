# syntax=docker/dockerfile:1
# The same Debian twice, so that the program finds the C library that it was built with.

FROM node:22-bookworm-slim AS node

FROM rust:1.95.0-bookworm AS build
COPY --from=node /usr/local /usr/local
WORKDIR /app
# The tools change with these files only.
COPY rust-toolchain.toml Cargo.toml Cargo.lock package.json package-lock.json ./
COPY .cargo .cargo
COPY xtask xtask
COPY crates/environment crates/environment
COPY app/Cargo.toml app/Cargo.toml
COPY crates/cli/Cargo.toml crates/cli/Cargo.toml
COPY crates/doctor/Cargo.toml crates/doctor/Cargo.toml
COPY crates/http-server/Cargo.toml crates/http-server/Cargo.toml
COPY crates/identity/Cargo.toml crates/identity/Cargo.toml
COPY crates/local/Cargo.toml crates/local/Cargo.toml
COPY crates/neon-auth/Cargo.toml crates/neon-auth/Cargo.toml
COPY crates/request/Cargo.toml crates/request/Cargo.toml
COPY crates/rls/Cargo.toml crates/rls/Cargo.toml
COPY crates/sessions/Cargo.toml crates/sessions/Cargo.toml
COPY crates/stand-ins/Cargo.toml crates/stand-ins/Cargo.toml
COPY frontend/Cargo.toml frontend/Cargo.toml
COPY pages/Cargo.toml pages/Cargo.toml
COPY server/Cargo.toml server/Cargo.toml
# What the server has beyond the usual: docs/deploy.md, "What can be seen from outside".
ARG FEATURES=""
# The dependencies as well: empty crates stand in for ours. What was built from them looks older than the real files below.
RUN for crate in app crates/* frontend pages; do mkdir -p "$crate/src" && touch "$crate/src/lib.rs"; done \
 && mkdir -p crates/neon-auth/examples server/src server/tests server/benches \
 && touch crates/neon-auth/examples/sign_in.rs server/tests/main.rs \
 && touch server/benches/round_trips.rs server/benches/throughput.rs server/benches/large_database.rs \
 && echo 'fn main() {}' > server/src/main.rs \
 && cargo xtask setup --build && cargo xtask release --features "$FEATURES" --dependencies
COPY . .
RUN touch app/src/lib.rs crates/*/src/lib.rs frontend/src/lib.rs pages/src/lib.rs server/src/main.rs && cargo xtask release --features "$FEATURES"

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="leptos-neon" \
      org.opencontainers.image.description="A full-stack app on Leptos, axum and Neon" \
      org.opencontainers.image.licenses="MIT"
# The newest certificates there are, at whatever version.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --no-create-home --shell /usr/sbin/nologin --uid 10001 app
COPY --from=build /app/target/deploy/release /app
# Nothing is ever written: the root file system may be read-only, and `app` owns none of it.
USER 10001
ENV PORT=8080
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=5s CMD ["/app/server", "healthcheck"]
CMD ["/app/server"]
