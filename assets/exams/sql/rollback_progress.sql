-- Forgets how far the migration had come with every exam that load :load_id or a later one changed.
delete from ops.exam_states as states
where
    states.load_id >= :load_id
    or exists (
        select from ops.exam_history as history
        where
            history.exam_id = states.exam_id
            and history.load_id >= :load_id
    )
    or exists (
        select from core.exam_participations as participations
        where
            participations.exam_id = states.exam_id
            and participations.created_load >= :load_id
    )
