//! What a panic says goes to the host's stderr, for the person who has to report it.

use std::panic;

use ::wasi::cli::stderr::get_stderr;

/// Before anything else runs.
#[used]
#[unsafe(link_section = ".init_array")]
static SET_HOOK: extern "C" fn() = set_hook;

extern "C" fn set_hook() {
    panic::set_hook(Box::new(|info| {
        // There is nobody left to tell that telling failed.
        let _ = get_stderr().blocking_write_and_flush(format!("{info}\n").as_bytes());
    }));
}
