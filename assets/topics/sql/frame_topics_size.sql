-- How many rows a recount of the metrics of all topics would look at, one of their distribution, and one of the trends.
with
metrics as (
    select
        count(*) as topics,
        sum(t) as places
    from stats.topic_metrics
),

sizes as (
    select
        (select count(*) from core.rankings) as rankings,
        (
            select count(*) from core.ranking_events
            where event_type = 'METRICS_CALCULATED'
        ) as calculations
)

select
    sizes.calculations as topic_trends,
    metrics.topics + sizes.rankings as topic_metrics,
    cast(coalesce(metrics.places, 0) as bigint) + sizes.rankings as topic_distribution
from metrics
cross join sizes
