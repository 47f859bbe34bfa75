-- The active topics in part :part in :parts, chosen by :seed, each with how many its semester has.
with
active as (
    select
        semester_id,
        id as topic_id,
        count(*) over (partition by semester_id) as t
    from landing.topics
    where
        is_active
        and deleted_at is null
        and gone_load is null
)

select
    semester_id,
    topic_id,
    t
from active
where abs(hashtextextended(topic_id, :seed) % :parts) = :part
