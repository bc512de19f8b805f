-- one row per load of a data set's content
create table if not exists <% database %>.raw.loads (
    load_id varchar not null comment 'Digest of data set and files: the same files, the same id',
    dataset varchar not null,
    edition varchar not null,
    source varchar not null comment 'Names of the files',
    loaded_at timestamp_ntz not null comment 'UTC',
    primary key (load_id)
);

-- one row per load and table: rows in = loaded + merged + rejected
create table if not exists <% database %>.raw.load_tables (
    load_id varchar not null,
    dataset varchar not null,
    table_name varchar not null,
    rows_in number(12, 0) not null,
    rows_loaded number(12, 0) not null,
    rows_merged number(12, 0) not null,
    rows_rejected number(12, 0) not null,
    primary key (load_id, table_name),
    foreign key (load_id) references <% database %>.raw.loads (load_id)
);

-- one row per load and rule that was applied
create table if not exists <% database %>.raw.load_rules (
    load_id varchar not null,
    dataset varchar not null,
    rule varchar not null,
    outcome varchar not null comment 'rejected, merged, repaired, emptied or noted',
    sentence varchar not null,
    rows_affected number(12, 0) not null,
    primary key (load_id, rule),
    foreign key (load_id) references <% database %>.raw.loads (load_id)
);

-- one row per rejected row of the newest load of each data set
create table if not exists <% database %>.raw.rejected_rows (
    load_id varchar not null,
    dataset varchar not null,
    table_name varchar not null,
    file varchar not null,
    line number(12, 0) not null,
    rule varchar not null,
    raw_text varchar not null comment 'As it stands in the file, at most 10,000 characters',
    primary key (load_id, file, line)
);

-- one row per merged row of the newest load of each data set, with the row that was kept
create table if not exists <% database %>.raw.merged_rows (
    load_id varchar not null,
    dataset varchar not null,
    table_name varchar not null,
    file varchar not null,
    line number(12, 0) not null,
    rule varchar not null,
    kept_file varchar not null,
    kept_line number(12, 0) not null,
    primary key (load_id, file, line)
);
