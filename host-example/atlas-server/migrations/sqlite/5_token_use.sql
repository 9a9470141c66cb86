-- When a token was shown last, give or take an hour.
ALTER TABLE access_tokens ADD COLUMN last_used_at TEXT;
