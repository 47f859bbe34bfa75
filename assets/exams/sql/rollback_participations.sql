-- Drops every participation that load :load_id or a later one brought or changed.
delete from core.exam_participations as participations
where
    participations.created_load >= :load_id
    or exists (
        select from ops.exam_history as history
        where
            history.exam_id = participations.exam_id
            and history.user_id = participations.user_id
            and history.load_id >= :load_id
    )
