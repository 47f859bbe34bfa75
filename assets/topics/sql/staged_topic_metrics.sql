-- Stages the metrics of every staged topic: of those that are counted anew from their distribution, of the others from
-- the sums that stand, and without a last position. In the order of the key, which rows made from them then have.
with
counted as (
    select
        semester_id,
        topic_id,
        sum(count) as n,
        sum(position * count) as s1,
        sum(position * position * count) as s2,
        max(position) as last_position
    from staged_topic_distribution
    group by semester_id, topic_id
),

sums as (
    select
        topics.semester_id,
        topics.topic_id,
        topics.t,
        case when topics.is_concerned then coalesce(counted.n, 0) else old.n end as n,
        case when topics.is_concerned then coalesce(counted.s1, 0) else old.s1 end as s1,
        case when topics.is_concerned then coalesce(counted.s2, 0) else old.s2 end as s2,
        case when topics.is_concerned then greatest(topics.t, counted.last_position) end as last_position
    from staged_topics as topics
    left join counted
        on
            topics.semester_id = counted.semester_id
            and topics.topic_id = counted.topic_id
    left join stats.topic_metrics as old
        on
            topics.semester_id = old.semester_id
            and topics.topic_id = old.topic_id
),

averaged as (
    select
        *,
        -- Two averages of fewer than 2^63 students that are not equal lie further apart than the last of forty digits.
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
)

insert into staged_topic_metrics (
    semester_id,
    topic_id,
    n,
    s1,
    s2,
    t,
    last_position,
    average_position,
    standard_deviation,
    competition_category,
    percentile
)
select
    semester_id,
    topic_id,
    n,
    s1,
    s2,
    t,
    last_position,
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
        -- Of the tied, itself included, one half: at most as wanted are the less wanted and all of those.
        when n > 0 then cast(50 * (2 * at_most_as_wanted - tied) as double precision) / ranked
    end as percentile
from compared
order by semester_id, topic_id
