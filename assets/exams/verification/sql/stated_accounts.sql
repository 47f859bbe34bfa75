-- What the migration of the cohorts that :scope stands for keeps of each exam, and what the quarantine holds for it.
with
states as (
    select *
    from ops.exam_states
    where scope = :scope
),

rejects as (
    select
        quarantine.load_id,
        quarantine.source_table,
        quarantine.reason,
        quarantine.answers,
        -- The row of the source's own v2 table that was rejected tells its exam; of an entry the exam is known.
        coalesce(participations.exam_id, case when quarantine.reason = 'orphan' then '' else quarantine.document_id end)
            as exam_id
    from ops.quarantine as quarantine
    left join landing.exam_participations as participations
        on
            quarantine.source_table = 'landing.exam_participations'
            and quarantine.document_id = participations.id
    where quarantine.source_table in ('exams.participants', 'landing.exam_participations', 'landing.exam_answers')
)

select
    states.exam_id,
    states.source_table,
    states.read,
    states.loaded,
    states.quarantined,
    states.duplicates,
    count(rejects.load_id) as rejects,
    count(rejects.load_id) filter (where rejects.reason = 'repeated_participant') as repeated,
    count(rejects.load_id) filter (where rejects.reason = 'conflict') as conflicts,
    coalesce(sum(rejects.answers), 0) as reject_answers
from states
left join rejects
    on
        states.load_id = rejects.load_id
        and states.source_table = rejects.source_table
        and states.exam_id = rejects.exam_id
group by
    states.exam_id,
    states.source_table,
    states.read,
    states.loaded,
    states.quarantined,
    states.duplicates
