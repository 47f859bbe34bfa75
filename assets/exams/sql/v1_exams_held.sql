-- What the kept documents hold, of exams that the source still has.
select
    cast(coalesce(sum(participants) filter (where is_embedded), 0) as bigint) as participants,
    cast(coalesce(sum(answers) filter (where is_embedded), 0) as bigint) as answers,
    count(*) filter (where is_embedded) as exams_embedding,
    count(*) filter (where cleared_at is not null) as exams_cleared
from landing.v1_exams
where gone_load is null
