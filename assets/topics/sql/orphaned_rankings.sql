-- Ranked topics that are no active ones of their semester; students whose newest change was taken back are left out.
with
newest as (
    select distinct on (semester_id, student_id)
        semester_id,
        student_id,
        origin
    from core.ranking_events
    where event_type = 'RANKINGS_BATCH_UPDATED'
    order by semester_id asc, student_id asc, sequence desc
),

taken_back as (
    select
        semester_id,
        student_id
    from newest
    where origin = 'undo'
)

select
    rankings.semester_id,
    rankings.topic_id,
    count(*) as "rows"
from core.rankings as rankings
left join landing.topics as topics
    on
        rankings.topic_id = topics.id
        and rankings.semester_id = topics.semester_id
        and topics.is_active
        and topics.deleted_at is null
        and topics.gone_load is null
left join taken_back
    on
        rankings.semester_id = taken_back.semester_id
        and rankings.student_id = taken_back.student_id
where
    topics.id is null
    and taken_back.student_id is null
group by rankings.semester_id, rankings.topic_id
order by rankings.semester_id, rankings.topic_id
