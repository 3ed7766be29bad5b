"""Budgets of a size for the benchmark: rows by SQL, published by the portal's own acts, triggers and all."""

from __future__ import annotations

from typing import Any

LAST_YEAR = 2569
"""The year that is measured; the others lie before it."""
MONTHS = (3, 6, 9)
_SEARCH = "line_version_search"
WORD = "สนามกีฬา"
"""Stands in one line of a hundred, inside a longer word."""

_PLACES = """
CREATE TEMP TABLE filled ON COMMIT DROP AS
SELECT i, to_char(i, 'FM00000') AS code, (%(programmes)s)[1 + i %% 12] AS programme, (%(works)s)[1 + i %% 3] AS work,
       (%(groups)s)[1 + i %% 4] AS grp, (%(categories)s)[1 + i %% 4] AS category,
       (%(divisions)s)[1 + i %% 6] AS division,
       (%(items)s)[1 + i %% 5]
           || CASE WHEN i %% 100 = 7 THEN ' ปรับปรุงสนามกีฬากลาง' ELSE '' END
           || ' หมู่ที่ ' || 1 + i %% 14 || ' รายการที่ ' || i AS item,
       'หมู่ที่ ' || 1 + i %% 14 || ' บ้านตัวอย่าง' AS place, (1000 + i * 37 %% 90000)::numeric(14, 2) AS amount
  FROM generate_series(1, %(lines)s) i;
-- The planner knows nothing yet of rows that were entered a moment ago; keys to other tables are right as they stand.
SET LOCAL enable_nestloop = off;
SET LOCAL session_replication_role = replica;
INSERT INTO budget_line (plan_id, code) SELECT %(plan)s, code FROM filled ORDER BY i;
INSERT INTO budget_lineversion (revision_id, line_id, position, programme, work, "group", category, revenue_group,
    item, detail, division_id, source, original, transferred_in, transferred_out, revised, place, method, search)
SELECT %(revision)s, l.id, f.i, f.programme, f.work, f.grp, f.category, '', f.item,
       'คำชี้แจงของรายการที่ ' || f.i, f.division, 'budget', f.amount, 0, 0, f.amount, f.place, '',
       lower(f.item || ' คำชี้แจงของรายการที่ ' || f.i || ' ' || f.place || ' ' || f.work || ' ' || f.code)
  FROM filled f JOIN budget_line l ON l.plan_id = %(plan)s AND l.code = f.code ORDER BY f.i;
"""
_SPENT = """
INSERT INTO budget_spent (statement_id, line_id, obligated, disbursed)
SELECT %(statement)s, v.line_id, CASE WHEN v.position %% 7 = 0 THEN NULL ELSE v.revised / 20 END,
       CASE WHEN v.position %% 50 = 0 THEN NULL ELSE round(v.revised * %(month)s / 14, 2) END
  FROM budget_lineversion v WHERE v.revision_id = %(revision)s;
"""


def fill(lines: int, years: int) -> dict[str, int]:
    """Bring a migrated database with the demonstration's people to `lines` lines in each of `years` years."""
    from django.db import connection

    from budget.models import LineVersion, Revision
    from organization.models import User

    if (Revision.objects.current().count(), LineVersion.objects.count()) != (years, lines * years):
        by = User.objects.get(username="budget")
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE budget_budgetyear CASCADE")
            # Made once at the end, which takes a tenth of the time.
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [_SEARCH])
            index = cursor.fetchone()[0]
            cursor.execute(f"DROP INDEX {_SEARCH}")
            try:
                for year in range(LAST_YEAR - years + 1, LAST_YEAR + 1):
                    _fill_year(year, lines, by)
            finally:
                cursor.execute(index)
            cursor.execute("VACUUM (ANALYZE)")
    return {"years": Revision.objects.current().count(), "lines": LineVersion.objects.count()}


def _fill_year(year: int, lines: int, by: Any) -> None:
    from django.db import connection, transaction

    from budget.choices import GROUP_OF, PlanKind, Programme
    from budget.services.plans import Words, begin_plan, publish
    from budget.services.statements import begin_statement, end_of_month, publish_statement
    from organization.models import Division

    categories = ["materials", "services", "land_buildings", "salary_permanent"]
    divisions = list(Division.objects.order_by("order").values_list("pk", flat=True)[:6])
    draft = begin_plan(year, PlanKind.ORDINANCE, Words(title="เทศบัญญัติงบประมาณรายจ่าย"), by=by, form_mark=f"bench-{year}")
    with transaction.atomic(), connection.cursor() as cursor:
        values: dict[str, Any] = {
            "lines": lines, "plan": draft.plan_id, "revision": draft.pk, "programmes": Programme.values,
            "works": ["งานบริหารทั่วไป", "งานก่อสร้างโครงสร้างพื้นฐาน", "งานบริหารงานคลัง"], "categories": categories,
            "groups": [str(GROUP_OF[category]) for category in categories], "divisions": divisions,
            "items": [
                "วัสดุสำนักงาน", "ค่าจ้างเหมาบริการ", "โครงการก่อสร้างถนนคอนกรีตเสริมเหล็ก", "เงินเดือนพนักงาน",
                "ซ่อมแซมระบบประปา",
            ],
        }  # fmt: skip
        for statement in filter(str.strip, _PLACES.split(";\n")):
            cursor.execute(statement, values)
    publish(draft, by=by, edits=draft.edits)
    for month in MONTHS:
        told = begin_statement(year, month, as_of=end_of_month(year, month), by=by, form_mark=f"bench-{year}-{month}")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(_SPENT, {"statement": told.pk, "month": month, "revision": draft.pk})
        publish_statement(told, by=by)
