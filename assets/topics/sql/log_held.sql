-- How many events the log has, and how many rankings there are.
select
    (select count(*) from core.ranking_events) as events,
    (select count(*) from core.rankings) as rankings
