-- Which versions of an artifact wait for their files is asked at each search: it must not take a look at all of them.
ALTER TABLE uploads ADD COLUMN of_artifact BIGINT REFERENCES artifacts;
UPDATE uploads SET of_artifact = (SELECT artifact FROM versions WHERE id = version_id);
CREATE INDEX waiting_uploads_by_artifact ON uploads (of_artifact) WHERE blob IS NULL;
