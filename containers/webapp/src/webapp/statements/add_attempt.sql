insert into viewers.sign_in_attempt (subject_hash, attempted_at)
values (?, ?)
