"""Changes outside an action leave a trace: statement triggers that write the journal themselves.

A room adds ``TraceTable("hazard_hazard")`` to its migration, after the table is made, and names
``("journal", "0002_rules")`` among the migration's dependencies.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.utils import translation
from django.utils.translation import gettext

# The verb, the kind of actor and the body are those of journal.actions, written in SQL.
# Up to 20 keys and the names of the changed columns are kept, never values: a row may hold
# what the trail must not repeat (password hashes, phone numbers).
TRACE_FUNCTION = """
create or replace function journal_trace() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    key_column text := tg_argv[1];
    ignored text[] := string_to_array(tg_argv[2], ',');
    touched bigint := 0;
    keys json := '[]';
    columns json := '[]';
    role text := nullif(current_setting('role'), 'none');
    program text := nullif(current_setting('application_name'), '');
    said text;
    body text;
    entry bigint;
begin
    if tg_op = 'UPDATE' then
        with differing as (
            select to_jsonb(o) - ignored as old_row, to_jsonb(n) - ignored as new_row
            from old_rows o full join new_rows n
              on to_jsonb(o) -> key_column = to_jsonb(n) -> key_column
            where to_jsonb(o) - ignored is distinct from to_jsonb(n) - ignored
        ), changed as (
            select distinct c.key from (select * from differing limit 1000) d,
            lateral jsonb_each(coalesce(d.new_row, '{}')) c
            where c.value is distinct from d.old_row -> c.key
        )
        select (select count(*) from differing),
               (select coalesce(json_agg(k.v), '[]') from
                   (select coalesce(new_row, old_row) -> key_column as v from differing limit 20) k),
               (select coalesce(json_agg(key order by key), '[]') from changed)
          into touched, keys, columns;
    elsif tg_op = 'INSERT' then
        select (select count(*) from new_rows),
               (select coalesce(json_agg(k.v), '[]') from
                   (select to_jsonb(n) -> key_column as v from new_rows n limit 20) k)
          into touched, keys;
    elsif tg_op = 'DELETE' then
        select (select count(*) from old_rows),
               (select coalesce(json_agg(k.v), '[]') from
                   (select to_jsonb(o) -> key_column as v from old_rows o limit 20) k)
          into touched, keys;
    end if;
    if touched = 0 and tg_op <> 'TRUNCATE' then
        return null;
    end if;
    said := replace(tg_argv[0], '%(table)s', tg_table_name);
    said := replace(said, '%(operation)s', tg_op);
    said := replace(said, '%(count)s', case tg_op when 'TRUNCATE' then '*' else touched::text end);
    body := json_build_object('before', json_build_object(), 'tell', json_build_array(),
        'after', json_build_object('table', tg_table_name, 'operation', tg_op, 'rows', touched,
                                   'keys', keys, 'columns', columns))::text;
    insert into journal_entry (recorded_at, occurred_at, actor_kind, actor_name, verb, sentence,
                               subject_kind, unit_path, domain, body_hash)
    values (clock_timestamp(), clock_timestamp(), 'database',
            session_user || coalesce(' → ' || role, '') || coalesce(' (' || program || ')', ''),
            'database.change', said, '', '/', '', encode(sha256(convert_to(body, 'UTF8')), 'hex'))
    returning id into entry;
    insert into journal_body (entry_id, text) values (entry, body);
    insert into journal_pending (entry_id) values (entry);
    return null;
end $$
"""

_OUTSIDE = "coalesce(current_setting('anyuan.action', true), '') = ''"
_ROWS = {
    "insert": "referencing new table as new_rows",
    "update": "referencing old table as old_rows new table as new_rows",
    "delete": "referencing old table as old_rows",
    "truncate": "",
}


class TraceTable(Operation):
    """Journal every change of ``table`` that is made outside an action, by whatever program.

    ``ignore`` names columns whose change alone is no news (a login counter); ``key`` is the column
    that names a row in the entry.
    """

    reversible = True

    def __init__(self, table: str, ignore: Sequence[str] = (), key: str = "id") -> None:
        self.table = table
        self.ignore = tuple(ignore)
        self.key = key

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            sentence = gettext(
                "changed %(table)s in the database, outside any action (%(operation)s, rows: %(count)s)"
            )
        table = schema_editor.quote_name(self.table)
        values = ", ".join(_literal(v) for v in (sentence, self.key, ",".join(self.ignore)))
        for operation, rows in _ROWS.items():
            schema_editor.execute(
                f"create trigger journal_trace_{operation} after {operation} on {table} {rows} "
                f"for each statement when ({_OUTSIDE}) execute function journal_trace({values})",
                params=None,
            )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = schema_editor.quote_name(self.table)
        for operation in _ROWS:
            schema_editor.execute(f"drop trigger if exists journal_trace_{operation} on {table}")

    def describe(self) -> str:
        return f"Journal changes of {self.table} that are made outside an action"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
