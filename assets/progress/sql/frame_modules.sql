-- Every module of the classes of the cohorts in :cohorts.
select
    modules.id,
    modules.class_id,
    modules.question_count
from landing.modules as modules
inner join landing.classes as classes on modules.class_id = classes.id
where
    classes.cohort_id = any(cast(:cohorts as text[]))
    and modules.gone_load is null
