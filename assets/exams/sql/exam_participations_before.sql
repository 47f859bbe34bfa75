-- Remembers participations as they are before the load changes them, with their answers; what this load itself
-- brought needs none.
insert into ops.exam_history (load_id, exam_id, user_id, before)
select
    cast(:load_id as bigint) as load_id,
    participations.exam_id,
    participations.user_id,
    jsonb_build_object(
        'participation',
        to_jsonb(participations),
        'answers',
        coalesce(
            (
                select jsonb_agg(to_jsonb(answers) - 'exam_id' - 'participation_id' order by answers.position)
                from core.exam_answers as answers
                where
                    answers.exam_id = participations.exam_id
                    and answers.participation_id = participations.id
            ),
            '[]'
        )
    ) as before
from exam_changes
inner join core.exam_participations as participations
    on exam_changes.exam_id = participations.exam_id and exam_changes.user_id = participations.user_id
where participations.created_load <> :load_id
on conflict do nothing
