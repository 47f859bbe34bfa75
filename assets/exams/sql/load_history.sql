-- Every load of the migration, newest first, with its participations and answers.
with
loads as (
    select
        *,
        target = 'core.exam_participations' as is_of_participations,
        target = 'core.exam_answers' as is_of_answers
    from ops.loads
    where target in ('core.exams', 'core.exam_participations', 'core.exam_answers')
)

select
    load_id,
    cast(coalesce(sum(read) filter (where is_of_participations), 0) as bigint) as read,
    cast(coalesce(sum(loaded) filter (where is_of_participations), 0) as bigint) as loaded,
    cast(coalesce(sum(quarantined) filter (where is_of_participations), 0) as bigint) as quarantined,
    cast(coalesce(sum(duplicates) filter (where is_of_participations), 0) as bigint) as duplicates,
    cast(coalesce(sum(inserted) filter (where is_of_participations), 0) as bigint) as inserted,
    cast(coalesce(sum(updated) filter (where is_of_participations), 0) as bigint) as updated,
    cast(coalesce(sum(gone) filter (where is_of_participations), 0) as bigint) as gone,
    cast(coalesce(sum(loaded) filter (where is_of_answers), 0) as bigint) as answers,
    min(as_of) as as_of,
    min(started_at) as started_at,
    max(note) as note,
    coalesce(max(state) filter (where source_table = 'exams.participants'), max(state)) as state,
    case when bool_and(finished_at is not null) then max(finished_at) end as finished_at
from loads
group by load_id
order by load_id desc
