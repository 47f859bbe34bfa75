-- Drops every exam that load :load_id or a later one brought or changed.
delete from core.exams as exams
where
    exams.created_load >= :load_id
    or exists (
        select from ops.exam_history as history
        where
            history.exam_id = exams.id
            and history.user_id = ''
            and history.load_id >= :load_id
    )
