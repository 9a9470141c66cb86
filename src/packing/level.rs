//! The compression level.

use super::error::PackError;

/// How hard to compress: 0 stores, 1 is fastest, 9 is smallest. The default, 6, is also what the original used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Level(u8);

impl Level {
    /// Nothing is compressed.
    pub const STORED: Self = Self(0);

    /// The level of this number, 0 to 9.
    pub fn new(level: u8) -> Result<Self, PackError> {
        match level {
            0..=9 => Ok(Self(level)),
            _ => Err(PackError::NoSuchLevel { level }),
        }
    }

    /// The number, 0 to 9.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl Default for Level {
    fn default() -> Self {
        Self(6)
    }
}

impl TryFrom<u8> for Level {
    type Error = PackError;

    fn try_from(level: u8) -> Result<Self, PackError> {
        Self::new(level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_0_to_9() {
        for level in 0..=9 {
            assert_eq!(Level::new(level).unwrap().get(), level);
        }
        let error = Level::new(10).unwrap_err();
        assert!(
            error.to_string().contains("no compression level 10"),
            "{error}"
        );
    }
}
