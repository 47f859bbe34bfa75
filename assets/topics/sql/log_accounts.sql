-- What became of the source's changes and of the entries of orders, and how much the log and the rankings hold.
select
    (select count(*) from staged_history) as events_read,
    (select count(*) filter (where reason is null) from staged_history) as events_loaded,
    (select count(*) from staged_entries) as entries_read,
    (select count(position) from staged_entries) as entries_loaded
