-- Drops the rows of exams that left.
delete from stats.exam_metadata as stats
where
    not exists (
        select from core.exams as exams
        where exams.id = stats.exam_id
    )
