-- What is loaded and worth knowing of present participations: how often each kind occurs, and the first :shown of it.
with
participations as (
    select
        participations.exam_id,
        participations.user_id,
        array_remove(
            array[
                case when users.id is null then 'danglingUsers' end,
                case when exams.id is null then 'danglingExams' end,
                case
                    when
                        participations.completed_at < exams.start_date
                        or participations.completed_at > exams.end_date
                        then 'outsideWindow'
                end,
                case when participations.score is null then 'missingScores' end,
                case when participations.answers_missing then 'missingAnswerLists' end
            ],
            null
        ) as kinds
    from core.exam_participations as participations
    left join landing.exams as exams
        on
            participations.exam_id = exams.id
            and exams.gone_load is null
    left join landing.users as users
        on
            participations.user_id = users.id
            and users.gone_load is null
    left join landing.cohorts as cohorts
        on
            users.cohort_id = cohorts.id
            and cohorts.gone_load is null
    where
        participations.gone_load is null
        and (cast(:exams as text[]) is null or participations.exam_id = any(cast(:exams as text[])))
        and (
            cast(:cohorts as text[]) is null
            or coalesce(cohorts.id, 'unassigned') = any(cast(:cohorts as text[]))
        )
),

numbered as (
    select
        participations.exam_id,
        participations.user_id,
        kinds.kind,
        row_number() over (
            partition by kinds.kind
            order by participations.exam_id, participations.user_id
        ) as place,
        count(*) over (partition by kinds.kind) as found
    from participations
    cross join lateral unnest(participations.kinds) as kinds (kind)
    where cardinality(participations.kinds) > 0
)

select
    kind,
    exam_id,
    user_id,
    found,
    place
from numbered
where place <= :shown
order by kind, place
