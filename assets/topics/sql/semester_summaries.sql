-- How each semester's topics are wanted, in a few numbers worth plotting.
with
hours as (
    select
        semester_id,
        count(*) as hours
    from stats.topic_trends
    group by semester_id
)

select
    metrics.semester_id,
    hours.hours,
    cast(sum(metrics.n) as bigint) as rankings,
    count(*) as topics,
    count(*) filter (where metrics.n > 0) as ranked_topics,
    count(*) filter (where metrics.competition_category = 'very-high') as very_high,
    cast(sum(metrics.s1) as double precision) / nullif(sum(metrics.n), 0) as average_position
from stats.topic_metrics as metrics
left join hours on metrics.semester_id = hours.semester_id
group by metrics.semester_id, hours.hours
order by metrics.semester_id
