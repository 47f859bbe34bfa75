-- How many rows metrics and distribution have.
select
    (select count(*) from stats.topic_metrics) as "rows",
    (select count(*) from stats.topic_distribution) as distribution_rows
