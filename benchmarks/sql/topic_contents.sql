-- What tells one content of metrics and distribution from another; when a row last changed is no part of it.
with
metrics as (
    select
        semester_id,
        topic_id,
        n,
        s1,
        s2,
        t,
        average_position,
        standard_deviation,
        competition_category,
        percentile
    from stats.topic_metrics
),

places as (
    select
        semester_id,
        topic_id,
        position,
        count
    from stats.topic_distribution
)

select
    (
        select sum(hashtextextended(cast(metrics as text), 0))
        from metrics
    ) as metrics,
    (
        select sum(hashtextextended(cast(places as text), 0))
        from places
    ) as places
