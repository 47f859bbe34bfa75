-- The progress rows of one part in :parts of the students of the cohorts in :cohorts, chosen by :seed.
select
    progress.user_id,
    progress.class_id,
    progress.is_mastered,
    progress.last_attempt_at,
    cardinality(progress.selected_options) as selected,
    cardinality(progress.eliminated_options) as eliminated
from landing.user_progress as progress
inner join landing.users as users on progress.user_id = users.id
where
    users.cohort_id = any(cast(:cohorts as text[]))
    and progress.gone_load is null
    and hashtextextended(users.id, :seed) % :parts = 0
