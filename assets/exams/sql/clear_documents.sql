-- Drops the kept v1 documents named in :doomed where they still are the ones meant.
update landing.v1_exams as kept set
    document = null,
    cleared_at = :as_of
from jsonb_to_recordset(cast(:doomed as jsonb)) as doomed (exam_id text, digest text)
where
    kept.exam_id = doomed.exam_id
    and kept.digest = doomed.digest
    and kept.document is not null
returning kept.exam_id
