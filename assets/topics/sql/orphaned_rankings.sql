-- Ranked topics that are no active ones of their semester.
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
where topics.id is null
group by rankings.semester_id, rankings.topic_id
order by rankings.semester_id, rankings.topic_id
