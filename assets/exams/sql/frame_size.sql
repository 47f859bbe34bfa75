-- How much a recount of all exams, and one of all users, would have to look at.
select
    (select count(*) from core.exams)
    + (select count(*) from core.exam_participations) as exam_rows,
    (select count(*) from landing.users)
    + (select count(*) from core.exam_participations)
    + (select cast(coalesce(sum(cardinality(allowed_participants)), 0) as bigint) from core.exams) as user_rows
