//! The endpoint as clients see it that speak HTTP by hand.

mod authorization;
mod encoding;
mod framing;
mod protocol;
mod wire;
