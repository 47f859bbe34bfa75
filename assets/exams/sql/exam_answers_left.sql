-- Takes out the answers of participations that change, and any that belong to no participation.
delete from core.exam_answers as answers
where
    answers.exam_id = any(:exams)
    and (
        exists (
            select
            from exam_changes
            where
                exam_changes.kind <> 'gone'
                and exam_changes.exam_id = answers.exam_id
                and exam_changes.participation_id = answers.participation_id
        )
        or not exists (
            select
            from core.exam_participations as participations
            where
                participations.exam_id = answers.exam_id
                and participations.id = answers.participation_id
        )
    )
