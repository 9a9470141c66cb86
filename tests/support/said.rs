//! What hosts say, without what differs from run to run.

/// The lines of what was said, but for what only the command says: how it is called again. How long things
/// take differs, and so do the keys of requests.
pub fn plain(said: &str) -> Vec<String> {
    let lines = said.lines();
    let lines = lines.filter(|line| !line.starts_with("Run it again to go on from "));
    lines.map(plain_line).collect()
}

fn plain_line(line: &str) -> String {
    for mark in ["; trying again in ", " after ", " bytes in "] {
        match line.rsplit_once(mark) {
            Some((before, after)) if is_time(after) => return format!("{before}{mark}@TIME@"),
            _ => {}
        }
    }
    match line.rsplit_once(": ") {
        Some((name, _)) if name.to_lowercase().ends_with("idempotency-key") => {
            format!("{name}: @KEY@")
        }
        _ => line.to_owned(),
    }
}

/// As the component writes it: `12ms`, `1.2s`.
fn is_time(text: &str) -> bool {
    text.ends_with('s') && text.starts_with(|c: char| c.is_ascii_digit())
}
