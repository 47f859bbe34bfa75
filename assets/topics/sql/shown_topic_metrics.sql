-- The metrics of every topic of :semester, or of all, and whether the rankings or the topics say something else by now.
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
),

counted as (
    select
        semester_id,
        topic_id,
        count(*) as n,
        sum(position) as s1,
        sum(position * position) as s2
    from core.rankings
    where semester_id = cast(:semester as text) or cast(:semester as text) is null
    group by semester_id, topic_id
),

computed as (
    select *
    from stats.topic_metrics
    where semester_id = cast(:semester as text) or cast(:semester as text) is null
)

select
    metrics.semester_id,
    metrics.topic_id,
    topics.title,
    metrics.n,
    metrics.s1,
    metrics.s2,
    metrics.t,
    metrics.average_position,
    metrics.standard_deviation,
    metrics.competition_category,
    metrics.percentile,
    metrics.updated_at,
    metrics.n <> coalesce(counted.n, 0)
    or metrics.s1 <> coalesce(counted.s1, 0)
    or metrics.s2 <> coalesce(counted.s2, 0)
    or metrics.t <> coalesce(active.t, 0) as is_stale
from computed as metrics
left join landing.topics as topics on metrics.topic_id = topics.id
left join active
    on
        metrics.semester_id = active.semester_id
        and metrics.topic_id = active.topic_id
left join counted
    on
        metrics.semester_id = counted.semester_id
        and metrics.topic_id = counted.topic_id
order by metrics.average_position nulls last, metrics.topic_id, metrics.semester_id
