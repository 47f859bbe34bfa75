-- Keeps how far the migration has come with some exams.
insert into ops.exam_states (
    scope, exam_id, source_table, digest, load_id, read, loaded, quarantined, duplicates
)
select
    cast(:scope as text) as scope,
    given.exam_id,
    given.source_table,
    given.digest,
    cast(:load_id as bigint) as load_id,
    given.read,
    given.loaded,
    given.quarantined,
    given.duplicates
from
    jsonb_to_recordset(cast(:states as jsonb)) as given (
        exam_id text,
        source_table text,
        digest text,
        read bigint,
        loaded bigint,
        quarantined bigint,
        duplicates bigint
    )
on conflict (scope, exam_id, source_table) do update set
    digest = excluded.digest,
    load_id = excluded.load_id,
    read = excluded.read,
    loaded = excluded.loaded,
    quarantined = excluded.quarantined,
    duplicates = excluded.duplicates
