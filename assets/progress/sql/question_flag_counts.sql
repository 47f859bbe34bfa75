-- One row for each question of the source, the flags in all progress rows counted; only what changed is written.
with
flags as (
    select
        question_id,
        count(*) as flag_count
    from landing.user_progress
    where
        is_flagged
        and gone_load is null
    group by question_id
),

counted as (
    select
        questions.id as question_id,
        coalesce(flags.flag_count, 0) as flag_count
    from landing.questions as questions
    left join flags on questions.id = flags.question_id
    where questions.gone_load is null
),

changed as (
    select counted.*
    from counted
    left join stats.question_flag_counts as old on counted.question_id = old.question_id
    where old.flag_count is distinct from counted.flag_count
)

insert into stats.question_flag_counts (question_id, flag_count, updated_at)
select
    question_id,
    flag_count,
    cast(:as_of as timestamptz) as updated_at
from changed
on conflict (question_id) do update
    set
        flag_count = excluded.flag_count,
        updated_at = excluded.updated_at
