//! What `wit-bindgen` makes of the contract.

#![expect(
    clippy::crate_in_macro_def,
    reason = "the macro is for this crate alone"
)]

wit_bindgen::generate!({
    pub_export_macro: true,
    default_bindings_module: "crate::exports::bindings",
    world: "post-processor",
    path: "wit",
    // What the world imports has bindings already.
    with: {
        "wasi:cli/environment@0.2.12": ::wasi::cli::environment,
        "wasi:cli/stderr@0.2.12": ::wasi::cli::stderr,
        "wasi:clocks/wall-clock@0.2.12": ::wasi::clocks::wall_clock,
        "wasi:filesystem/preopens@0.2.12": ::wasi::filesystem::preopens,
        "wasi:filesystem/types@0.2.12": ::wasi::filesystem::types,
        "wasi:io/error@0.2.12": ::wasi::io::error,
        "wasi:io/poll@0.2.12": ::wasi::io::poll,
        "wasi:io/streams@0.2.12": ::wasi::io::streams,
        "wasi:random/random@0.2.12": ::wasi::random::random,
    },
});
