-- How many rows a recount of all flags would look at.
select
    (
        select count(*) from landing.questions
        where gone_load is null
    )
    + (
        select count(*) from landing.user_progress
        where is_flagged and gone_load is null
    ) as "rows"
