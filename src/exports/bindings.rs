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
        "wasi:cli/exit@0.2.12": ::wasi::cli::exit,
        "wasi:cli/stderr@0.2.12": ::wasi::cli::stderr,
        "wasi:cli/stdin@0.2.12": ::wasi::cli::stdin,
        "wasi:cli/stdout@0.2.12": ::wasi::cli::stdout,
        "wasi:cli/terminal-input@0.2.12": ::wasi::cli::terminal_input,
        "wasi:cli/terminal-output@0.2.12": ::wasi::cli::terminal_output,
        "wasi:cli/terminal-stderr@0.2.12": ::wasi::cli::terminal_stderr,
        "wasi:cli/terminal-stdin@0.2.12": ::wasi::cli::terminal_stdin,
        "wasi:cli/terminal-stdout@0.2.12": ::wasi::cli::terminal_stdout,
        "wasi:clocks/wall-clock@0.2.12": ::wasi::clocks::wall_clock,
        "wasi:filesystem/preopens@0.2.12": ::wasi::filesystem::preopens,
        "wasi:filesystem/types@0.2.12": ::wasi::filesystem::types,
        "wasi:io/error@0.2.12": ::wasi::io::error,
        "wasi:io/poll@0.2.12": ::wasi::io::poll,
        "wasi:io/streams@0.2.12": ::wasi::io::streams,
        "wasi:random/random@0.2.12": ::wasi::random::random,
    },
});
