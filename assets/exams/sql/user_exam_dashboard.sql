-- One row for each user who exists; only rows that changed are written.
with
listed as (
    -- An exam may list a user twice.
    select distinct
        exams.id as exam_id,
        lists.user_id
    from core.exams as exams
    cross join unnest(exams.allowed_participants) as lists (user_id)
),

available as (
    select
        user_id,
        count(*) as exams
    from listed
    group by user_id
),

handed_in as (
    select
        participations.user_id,
        count(*) as exams,
        count(participations.score) as scored,
        -- By way of text, which is the number as the source wrote it: a float's own sum falls short of a half.
        sum(cast(cast(participations.score as text) as numeric)) as total
    from core.exam_participations as participations
    inner join core.exams as exams on participations.exam_id = exams.id
    where
        participations.status in ('completed', 'auto_submitted')
        and participations.gone_load is null
    group by participations.user_id
),

done as (
    select
        user_id,
        exams,
        -- total / scored + 1/2, rounded down without dividing: a division would be cut at some digit.
        div(total * 2 + scored, nullif(scored * 2, 0))
        - case when mod(total * 2 + scored, nullif(scored * 2, 0)) < 0 then 1 else 0 end as average_score
    from handed_in
),

bank as (
    select count(*) as questions
    from landing.learning_bank_questions
    where
        is_active
        and gone_load is null
),

counted as (
    select
        users.id as user_id,
        bank.questions as learning_bank_questions_count,
        -- A score can be any number, but a mean that no column holds must not stop the others.
        cast(
            least(greatest(coalesce(done.average_score, 0), -9223372036854775808), 9223372036854775807) as bigint
        ) as average_score,
        coalesce(available.exams, 0) as available_exams_count,
        coalesce(done.exams, 0) as completed_exams_count
    from landing.users as users
    cross join bank
    left join available on users.id = available.user_id
    left join done on users.id = done.user_id
    where
        users.deleted_at is null
        and users.gone_load is null
),

changed as (
    select
        counted.user_id,
        counted.available_exams_count,
        counted.completed_exams_count,
        counted.average_score,
        counted.learning_bank_questions_count
    from counted
    left join stats.user_exam_dashboard as stored on counted.user_id = stored.user_id
    where
        (
            stored.available_exams_count,
            stored.completed_exams_count,
            stored.average_score,
            stored.learning_bank_questions_count
        ) is distinct from (
            counted.available_exams_count,
            counted.completed_exams_count,
            counted.average_score,
            counted.learning_bank_questions_count
        )
)

insert into stats.user_exam_dashboard (
    user_id,
    available_exams_count,
    completed_exams_count,
    average_score,
    learning_bank_questions_count,
    updated_at
)
select
    user_id,
    available_exams_count,
    completed_exams_count,
    average_score,
    learning_bank_questions_count,
    cast(:as_of as timestamptz) as updated_at
from changed
on conflict (user_id) do update
    set
        available_exams_count = excluded.available_exams_count,
        completed_exams_count = excluded.completed_exams_count,
        average_score = excluded.average_score,
        learning_bank_questions_count = excluded.learning_bank_questions_count,
        updated_at = excluded.updated_at
