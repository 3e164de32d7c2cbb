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
COPY environment environment
COPY app/Cargo.toml app/Cargo.toml
COPY crates/identity/Cargo.toml crates/identity/Cargo.toml
COPY crates/neon-auth/Cargo.toml crates/neon-auth/Cargo.toml
COPY crates/request/Cargo.toml crates/request/Cargo.toml
COPY crates/rls/Cargo.toml crates/rls/Cargo.toml
COPY crates/sessions/Cargo.toml crates/sessions/Cargo.toml
COPY frontend/Cargo.toml frontend/Cargo.toml
COPY pages/Cargo.toml pages/Cargo.toml
COPY program/Cargo.toml program/Cargo.toml
COPY server/Cargo.toml server/Cargo.toml
COPY stand-ins/Cargo.toml stand-ins/Cargo.toml
# What the server has beyond the usual: docs/deploy.md, "What can be seen from outside".
ARG FEATURES=""
# The dependencies as well: empty crates stand in for ours. What was built from them looks older than the real files below.
RUN mkdir -p app/src crates/identity/src crates/neon-auth/src crates/neon-auth/examples crates/request/src crates/rls/src crates/sessions/src frontend/src pages/src program/src program/tests program/benches server/src stand-ins/src \
 && touch app/src/lib.rs crates/identity/src/lib.rs crates/neon-auth/src/lib.rs crates/neon-auth/examples/sign_in.rs crates/request/src/lib.rs crates/rls/src/lib.rs crates/sessions/src/lib.rs frontend/src/lib.rs pages/src/lib.rs program/tests/main.rs server/src/lib.rs stand-ins/src/lib.rs \
 && touch program/benches/round_trips.rs program/benches/throughput.rs program/benches/large_database.rs \
 && echo 'fn main() {}' > program/src/main.rs \
 && cargo xtask setup --build && cargo xtask release --features "$FEATURES" --dependencies
COPY . .
RUN touch app/src/lib.rs crates/identity/src/lib.rs crates/neon-auth/src/lib.rs crates/request/src/lib.rs crates/rls/src/lib.rs crates/sessions/src/lib.rs frontend/src/lib.rs pages/src/lib.rs program/src/main.rs server/src/lib.rs && cargo xtask release --features "$FEATURES"

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
HEALTHCHECK --interval=15s --timeout=3s --start-period=5s CMD ["/app/server", "alive"]
CMD ["/app/server"]
