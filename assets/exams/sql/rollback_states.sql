-- The state of load :load_id of the migration, and of every later one that still stands.
select distinct
    load_id,
    state
from ops.loads
where
    target in ('core.exams', 'core.exam_participations', 'core.exam_answers')
    and load_id >= :load_id
    and (load_id = :load_id or state <> 'rolled_back')
