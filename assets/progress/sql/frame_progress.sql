-- The progress rows in the classes of the cohorts in :cohorts: of part :part in :parts of the users, chosen by :seed.
select
    progress.user_id,
    progress.class_id,
    progress.is_mastered,
    progress.last_attempt_at,
    cardinality(progress.selected_options) as selected,
    cardinality(progress.eliminated_options) as eliminated
from landing.user_progress as progress
inner join landing.classes as classes on progress.class_id = classes.id
where
    classes.cohort_id = any(cast(:cohorts as text[]))
    and classes.gone_load is null
    and progress.gone_load is null
    and abs(hashtextextended(progress.user_id, :seed) % :parts) = :part
