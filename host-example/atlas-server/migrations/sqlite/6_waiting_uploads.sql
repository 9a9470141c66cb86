-- Which versions of an artifact wait for their files is asked at each search: it must not take a look at all of them.
-- SQLite takes an index for this question only if it holds both columns of it.
ALTER TABLE uploads ADD COLUMN of_artifact INTEGER REFERENCES artifacts;
UPDATE uploads SET of_artifact = (SELECT artifact FROM versions WHERE id = version_id);
CREATE INDEX waiting_uploads_by_artifact ON uploads (of_artifact, blob) WHERE blob IS NULL;
