-- Keeps a check's verdict.
insert into ops.audits (run_id, subject, statement, passed, severity, counts, as_of)
values (:run_id, :subject, :statement, :passed, :severity, cast(:counts as jsonb), :as_of)
