//! Passwords: how they are kept and compared, and how often one may guess.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use rand::RngExt;
use tokio::{sync::Semaphore, task::spawn_blocking};

/// How many wrong passwords a login may be tried with before it has to rest.
const TRIES: u32 = 10;

/// How long it rests.
const REST: Duration = Duration::from_secs(60);

/// How many logins are remembered; when there are more, those that rest no more are forgotten.
const REMEMBERED: usize = 10_000;

/// How many passwords are compared at once: each takes 19 MiB.
const AT_ONCE: usize = 2;

/// The password of a login that does not exist: comparing takes as long as with one that does.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The guesses so far.
#[derive(Debug)]
pub(crate) struct Logins {
    wrong: Mutex<HashMap<String, (u32, Instant)>>,
    at_once: Semaphore,
}

impl Default for Logins {
    fn default() -> Self {
        Self {
            wrong: Mutex::default(),
            at_once: Semaphore::new(AT_ONCE),
        }
    }
}

impl Logins {
    /// For how long a login has to rest, if it has.
    pub(crate) fn rests(&self, login: &str) -> Option<Duration> {
        let wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        let (tries, last) = wrong.get(login)?;
        let left = REST.checked_sub(last.elapsed())?;
        (*tries >= TRIES).then_some(left)
    }

    /// Notes how a guess went.
    pub(crate) fn guessed(&self, login: &str, right: bool) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if right {
            wrong.remove(login);
            return;
        }
        if wrong.len() >= REMEMBERED {
            wrong.retain(|_, (_, last)| last.elapsed() < REST);
        }
        if wrong.len() < REMEMBERED || wrong.contains_key(login) {
            let (tries, last) = wrong.entry(login.to_owned()).or_insert((0, Instant::now()));
            if last.elapsed() >= REST {
                *tries = 0;
            }
            *tries += 1;
            *last = Instant::now();
        }
    }

    /// Whether a password is the one that was kept as `hash`; none is kept for a login that does not exist.
    pub(crate) async fn is_right(&self, password: &str, hash: Option<String>) -> bool {
        let Ok(_turn) = self.at_once.acquire().await else {
            return false;
        };
        let password = password.to_owned();
        let compared = spawn_blocking(move || {
            let hash = hash.as_deref().unwrap_or(NOBODY);
            PasswordHash::new(hash).is_ok_and(|hash| {
                Argon2::default()
                    .verify_password(password.as_bytes(), &hash)
                    .is_ok()
            })
        });
        compared.await.unwrap_or(false)
    }
}

/// What is kept of a password: an argon2id PHC string.
pub(crate) fn hashed(password: &str) -> Result<String, argon2::password_hash::Error> {
    let salt = SaltString::encode_b64(&rand::rng().random::<[u8; 16]>())?;
    Ok(Argon2::default()
        .hash_password(password.as_bytes(), &salt)?
        .to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_compared_with_what_is_kept() {
        let logins = Logins::default();
        let kept = hashed("right").unwrap();
        assert!(!kept.contains("right"));
        assert!(logins.is_right("right", Some(kept.clone())).await);
        assert!(!logins.is_right("wrong", Some(kept)).await);
        assert!(!logins.is_right("", None).await);
        assert!(PasswordHash::new(NOBODY).is_ok());
    }

    #[test]
    fn who_guesses_too_often_rests() {
        let logins = Logins::default();
        for _ in 0..TRIES {
            assert_eq!(logins.rests("me"), None);
            logins.guessed("me", false);
        }
        assert!(logins.rests("me").is_some());
        assert_eq!(logins.rests("you"), None);
        logins.guessed("me", true);
        assert_eq!(logins.rests("me"), None);
    }
}
