-- Topics whose stored count, sums or places are not those of the rankings as they are now.
with
active as (
    select
        semester_id,
        id as topic_id
    from landing.topics
    where
        is_active
        and deleted_at is null
        and gone_load is null
),

ranked as (
    select
        semester_id,
        topic_id,
        position,
        count(*) as count
    from core.rankings
    group by semester_id, topic_id, position
),

counted as (
    select
        semester_id,
        topic_id,
        sum(count) as n,
        sum(position * count) as s1,
        sum(position * position * count) as s2
    from ranked
    group by semester_id, topic_id
),

-- A topic that somebody ranks has a row as long as it is active.
sums as (
    select
        metrics.n,
        coalesce(metrics.semester_id, counted.semester_id) as semester_id,
        coalesce(metrics.topic_id, counted.topic_id) as topic_id,
        coalesce(counted.n, 0) as students,
        case
            when metrics.n = coalesce(counted.n, 0) then 0
            else 1
        end as n_differs,
        case
            when metrics.s1 = coalesce(counted.s1, 0) and metrics.s2 = coalesce(counted.s2, 0) then 0
            else 1
        end as sums_differ
    from stats.topic_metrics as metrics
    full join counted
        on
            metrics.semester_id = counted.semester_id
            and metrics.topic_id = counted.topic_id
),

-- A place at which nobody ranks a topic may be missing or zero here: where places end is another matter.
places as (
    select
        coalesce(distribution.semester_id, ranked.semester_id) as semester_id,
        coalesce(distribution.topic_id, ranked.topic_id) as topic_id,
        count(*) as places_differ
    from stats.topic_distribution as distribution
    full join ranked
        on
            distribution.semester_id = ranked.semester_id
            and distribution.topic_id = ranked.topic_id
            and distribution.position = ranked.position
    where coalesce(distribution.count, 0) <> coalesce(ranked.count, 0)
    group by
        coalesce(distribution.semester_id, ranked.semester_id),
        coalesce(distribution.topic_id, ranked.topic_id)
),

differing as (
    select
        sums.n,
        sums.students,
        coalesce(sums.semester_id, places.semester_id) as semester_id,
        coalesce(sums.topic_id, places.topic_id) as topic_id,
        coalesce(sums.n_differs, 0) as n_differs,
        coalesce(sums.sums_differ, 0) as sums_differ,
        coalesce(places.places_differ, 0) as places_differ
    from sums
    full join places
        on
            sums.semester_id = places.semester_id
            and sums.topic_id = places.topic_id
)

select
    differing.semester_id,
    differing.topic_id,
    differing.n,
    cast(differing.students as bigint) as students,
    differing.n_differs,
    differing.sums_differ,
    differing.places_differ
from differing
left join active
    on
        differing.semester_id = active.semester_id
        and differing.topic_id = active.topic_id
where
    (differing.n is not null or active.topic_id is not null)
    and greatest(differing.n_differs, differing.sums_differ, differing.places_differ) > 0
order by differing.semester_id, differing.topic_id
