//! Asks the linker to keep where code and data refer to each other in what is published: by it `cargo xtask dist` divides a module.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let published = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let wasm = std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family.contains("wasm"));
    if published && wasm {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
