-- Counts an attempt on each of several subjects, or on none when one of them has had as many as it
-- may. Subjects are given as a JSON array of objects with subject_hash, since and attempts.
insert into viewers.sign_in_attempt (subject_hash, attempted_at)
with

subject as (
    select
        given.value:subject_hash::varchar as subject_hash,
        given.value:since::varchar::timestamp_ntz as since,
        given.value:attempts::number as attempts
    from table(flatten(input => parse_json(?))) as given
),

spent as (
    select subject.subject_hash
    from subject
    inner join viewers.sign_in_attempt
        on
            subject.subject_hash = sign_in_attempt.subject_hash
            and sign_in_attempt.attempted_at > subject.since
    group by subject.subject_hash, subject.attempts
    having count(*) >= subject.attempts
)

select
    subject_hash,
    cast(? as timestamp_ntz) as attempted_at
from subject
where not exists (select 1 from spent)
