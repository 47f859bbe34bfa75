-- Forgets what load :load_id and later ones changed.
delete from ops.exam_history
where load_id >= :load_id
