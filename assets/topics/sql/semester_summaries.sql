-- How each semester's topics are wanted, in a few numbers worth plotting, with its periods and assignments beside them.
with
hours as (
    select
        semester_id,
        count(*) as hours
    from stats.topic_trends
    group by semester_id
),

periods as (
    select
        semester_id,
        count(*) filter (where kind = 'open') as open_periods
    from landing.selection_periods
    where gone_load is null
    group by semester_id
),

assigned as (
    select
        topics.semester_id,
        count(*) as assigned
    from landing.assignments as assignments
    inner join landing.topics as topics on assignments.topic_id = topics.id
    where assignments.gone_load is null
    group by topics.semester_id
),

metrics as (
    select
        semester_id,
        cast(sum(n) as bigint) as rankings,
        count(*) as topics,
        count(*) filter (where n > 0) as ranked_topics,
        count(*) filter (where competition_category = 'very-high') as very_high,
        cast(sum(s1) as double precision) / nullif(sum(n), 0) as average_position
    from stats.topic_metrics
    group by semester_id
)

select
    metrics.*,
    coalesce(hours.hours, 0) as hours,
    coalesce(periods.open_periods, 0) as open_periods,
    coalesce(assigned.assigned, 0) as assigned
from metrics
left join hours on metrics.semester_id = hours.semester_id
left join periods on metrics.semester_id = periods.semester_id
left join assigned on metrics.semester_id = assigned.semester_id
order by metrics.semester_id
