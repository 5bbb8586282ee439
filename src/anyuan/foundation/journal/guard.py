"""SQL of the trail's own rules; run by the migration ``0002_rules``."""

# Whoever is not the owner of the table is refused, superusers too; the owner migrates and erases.
GUARD_FUNCTION = """
create or replace function journal_guard() returns trigger language plpgsql as $$
begin
    if current_user <> (select pg_get_userbyid(relowner) from pg_class where oid = tg_relid) then
        raise exception 'The trail is only ever added to: % on % is refused.', tg_op, tg_table_name
            using errcode = 'insufficient_privilege',
                  hint = 'Correct a mistake by a new action; its entry explains the correction.';
    end if;
    return null;
end $$
"""

GUARDED = ("journal_entry", "journal_body", "journal_seal", "journal_head")

GUARD_TRIGGER = """
create trigger journal_guard before update or delete or truncate on {table}
for each statement execute function journal_guard()
"""

# Runs as the owner, so that the app role can erase a body, but never without the entry that says so.
ERASE_FUNCTION = """
create or replace function journal_erase_body(erased bigint) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not exists (select from journal_entry where subject_kind = 'journal.entry'
            and subject_id = lpad(to_hex(erased), 32, '0')::uuid and verb = 'journal.erase-body') then
        raise exception 'No entry says that the body of entry % is erased.', erased
            using errcode = 'insufficient_privilege';
    end if;
    delete from journal_body where entry_id = erased;
    return found;
end $$
"""
