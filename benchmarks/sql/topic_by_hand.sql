-- By hand, in one statement: the same rows into empty tables, without a look at what stands there, audits or events.
with
places as materialized (
    select
        semester_id,
        topic_id,
        position,
        count(*) as count
    from core.rankings
    group by semester_id, topic_id, position
),

active as materialized (
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

sums as materialized (
    select
        active.semester_id,
        active.topic_id,
        active.t,
        coalesce(sum(places.count), 0) as n,
        coalesce(sum(places.position * places.count), 0) as s1,
        coalesce(sum(places.position * places.position * places.count), 0) as s2,
        greatest(active.t, max(places.position)) as last_position
    from active
    left join places
        on
            active.semester_id = places.semester_id
            and active.topic_id = places.topic_id
    group by active.semester_id, active.topic_id, active.t
    -- In the order of the key, whose index then grows at its end.
    order by active.semester_id, active.topic_id
),

averaged as (
    select
        *,
        div(s1 * 1e40, nullif(n, 0)) as average
    from sums
),

compared as (
    select
        *,
        count(*) over (partition by semester_id, n > 0) as ranked,
        count(*) over (partition by semester_id, average) as tied,
        count(*) over (partition by semester_id, n > 0 order by average desc) as at_most_as_wanted
    from averaged
),

metrics as (
    insert into stats.topic_metrics (
        semester_id,
        topic_id,
        n,
        s1,
        s2,
        t,
        average_position,
        standard_deviation,
        competition_category,
        percentile,
        updated_at
    )
    select
        semester_id,
        topic_id,
        n,
        s1,
        s2,
        t,
        cast(s1 as double precision) / nullif(n, 0) as average_position,
        sqrt(cast(n * s2 - s1 * s1 as double precision)) / nullif(n, 0) as standard_deviation,
        case
            when n = 0 then null
            when 5 * s1 <= n * t then 'very-high'
            when 5 * s1 <= 2 * n * t then 'high'
            when 5 * s1 <= 3 * n * t then 'medium'
            else 'low'
        end as competition_category,
        case
            when n > 0 then cast(50 * (2 * at_most_as_wanted - tied) as double precision) / ranked
        end as percentile,
        cast(:as_of as timestamptz) as updated_at
    from compared
)

insert into stats.topic_distribution (semester_id, topic_id, position, count, updated_at)
select
    sums.semester_id,
    sums.topic_id,
    numbers.position,
    coalesce(places.count, 0) as count,
    cast(:as_of as timestamptz) as updated_at
from sums
cross join generate_series(1, sums.last_position) as numbers (position)
left join places
    on
        sums.semester_id = places.semester_id
        and sums.topic_id = places.topic_id
        and numbers.position = places.position
