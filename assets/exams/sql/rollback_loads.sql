-- Marks load :load_id and later ones as rolled back; one that still runs may not write any more.
update ops.loads set
    state = case when state = 'running' then 'superseded' else 'rolled_back' end,
    note = concat_ws('; ', note, 'rolled back with load ' || cast(:load_id as text)),
    finished_at = coalesce(finished_at, clock_timestamp())
where
    target in ('core.exams', 'core.exam_participations', 'core.exam_answers')
    and load_id >= :load_id
    and state <> 'rolled_back'
