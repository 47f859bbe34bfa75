-- The questions of the learning bank that the source has, by whether they are offered.
select
    coalesce(is_active, false) as is_offered,
    count(*) as questions
from landing.learning_bank_questions
where gone_load is null
group by is_offered
