-- How many lines came: each is one row or, where it changes several topics, several.
select count(distinct line) as lines
from staged_lines
