//! How large a run is.

use std::{env, time::Duration};

/// How large a run is.
pub struct Settings {
    /// Which databases there are.
    pub databases: Vec<String>,
    /// How many artifacts are in each database.
    pub artifacts: Vec<u32>,
    /// How many bytes the file has.
    pub file_size: u64,
    /// How often each figure is taken.
    pub rounds: usize,
    /// How long one kind of request is sent in a round.
    pub slice: Duration,
}

impl Settings {
    pub fn from_environment() -> Self {
        let number = |name, default| env::var(name).map_or(default, |text| text.parse().unwrap());
        let list = |name, default: &str| {
            let text = env::var(name).unwrap_or_else(|_| default.to_owned());
            text.split(',').map(str::to_owned).collect::<Vec<_>>()
        };
        let artifacts = list("LOAD_ARTIFACTS", "1000,10000").into_iter();
        Self {
            databases: list("LOAD_DATABASES", "SQLite,PostgreSQL"),
            artifacts: artifacts.map(|text| text.parse().unwrap()).collect(),
            file_size: number("LOAD_MIB", 256) << 20,
            rounds: number("LOAD_ROUNDS", 7) as usize,
            slice: Duration::from_millis(number("LOAD_SLICE_MS", 500)),
        }
    }
}

/// The one in the middle.
pub fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
