"""An asset register of a given size, written by the database itself: ten loans an asset, over ten years.

Four loans in a hundred are open (a quarter each: waiting, approved, out, overdue), each on an asset of its own, so that
every list of open loans is full at every size. One borrower, `staff`, has 500 loans at every size: what they see is as
much, only the tables around it grow. The history of loans (`assets_loanentry`, handovers) is left out.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

LOANS_PER_ASSET = 10
OWN_LOANS = 500
PEOPLE = 300
"""Borrowers, at every size: a register grows over the years, the people of a town hall hardly."""
OPEN_SHARE = 25
"""One loan in so many is open."""
RARE_WORD = "ดาวเทียม"
"""Of every 1,000 assets at the smallest size and of as many at the others, twenty have it in their name."""
COMMON_WORD = "โปรเจกเตอร์"
"""One asset in forty has it."""
RARE = 20
_NOUNS = (
    "เครื่องฉายโปรเจกเตอร์", "รถกระบะ", "โต๊ะพับหน้าขาว", "เก้าอี้พลาสติก", "เครื่องขยายเสียง", "กล้องถ่ายรูป", "คอมพิวเตอร์พกพา",
    "เต็นท์ผ้าใบ", "พัดลมอุตสาหกรรม", "เครื่องปั่นไฟ", "เครื่องตัดหญ้า", "เลื่อยยนต์", "ตู้เหล็กเก็บเอกสาร", "จอรับภาพ", "ไมโครโฟนไร้สาย",
    "เครื่องพ่นหมอกควัน", "เครื่องสูบน้ำ", "สว่านไฟฟ้า", "บันไดอะลูมิเนียม", "เครื่องปรับอากาศ", "ตู้เย็น", "กระดานไวท์บอร์ด",
    "เครื่องทำลายเอกสาร", "เครื่องสแกนเอกสาร", "เครื่องพิมพ์เลเซอร์", "โทรทัศน์", "วิทยุสื่อสาร", "รถจักรยานยนต์", "เรือท้องแบน",
    "เครื่องเคลือบบัตร", "เตียงผู้ป่วย", "รถเข็นผู้ป่วย", "เครื่องวัดความดัน", "กล้องสำรวจ", "ถังดับเพลิง", "เครื่องอัดจารบี", "แท่นบรรยาย",
    "ชุดรับแขก", "โซฟา", "นาฬิกาแขวน",
)  # fmt: skip

_ASSETS = """
INSERT INTO assets_asset (label, number, name, kind, quantity, broken, unit, category_id, division_id, place, model,
    features, acquired_on, acquisition, unit_price, funds, document, seller, seller_address, seller_phone, life_years,
    condition, lendable, note, retired_reason, created_at)
SELECT lpad(translate(upper(to_hex(i)), '01', 'GH'), 10, 'Z'),
    (400 + i %% 300) || '-' || (50 + i %% 20) || '-' || lpad(i::text, 6, '0'),
    (%(nouns)s::text[])[1 + i %% %(kinds)s]
        || CASE WHEN i %% (%(assets)s / %(rare)s) = 7 THEN ' %(rare_word)s' ELSE '' END || ' รุ่น ' || (i %% 97),
    CASE WHEN i %% 10 = 0 THEN 'quantity' ELSE 'single' END, CASE WHEN i %% 10 = 0 THEN 20 ELSE 1 END, 0, 'ชิ้น',
    %(category)s, (%(divisions)s::bigint[])[1 + (i / 7) %% 4], 'อาคาร ' || (i %% 5) || ' ห้อง ' || (i %% 40),
    'รุ่น ' || (i %% 500), '', date %(today)s - (i %% 3650)::int, '', 1000 + i %% 90000, '', '', '', '', '', 5,
    'good', true, '', '', now()
FROM generate_series(1, %(assets)s) i
"""

_LOANS = """
CREATE TEMP TABLE plan AS
SELECT i, i > %(loans)s - %(open)s AS open, i %% 4 AS quarter,
    CASE WHEN i > %(loans)s - %(open)s THEN 1 + (i - 1) %% %(assets)s
         ELSE 1 + (i * 7919::bigint) %% %(assets)s END AS thing,
    CASE WHEN i %% (%(loans)s / %(own)s) = 1 THEN %(staff)s ELSE %(people)s + (i * 31) %% %(crowd)s END AS borrower
FROM generate_series(1, %(loans)s) i;
CREATE TEMP TABLE filled AS
SELECT p.i, p.borrower, a.id AS asset, a.division_id AS owner, a.kind = 'single' AS single,
    CASE WHEN p.open THEN (ARRAY['requested', 'approved', 'out', 'out'])[1 + p.quarter]
         WHEN p.i %% 20 = 0 THEN 'refused' WHEN p.i %% 20 = 1 THEN 'cancelled' ELSE 'returned' END AS state,
    CASE WHEN NOT p.open THEN date %(today)s - 12 - ((3640::bigint * (%(loans)s - p.i)) / %(loans)s)::int
         WHEN p.quarter = 2 THEN date %(today)s - (p.i / 4 %% 3)::int
         WHEN p.quarter = 3 THEN date %(today)s - 5 - (p.i / 4 %% 20)::int
         WHEN p.quarter = 1 AND p.i %% 8 = 1 THEN date %(today)s
         ELSE date %(today)s + (p.i / 4 %% 60)::int END AS start_on,
    CASE WHEN p.quarter = 3 AND p.open THEN 3 WHEN p.quarter = 2 AND p.open THEN 4 ELSE p.i %% 5 END::int AS days
FROM plan p JOIN assets_asset a ON a.id = %(first_asset)s + p.thing - 1;
INSERT INTO assets_loan (public_id, number, fiscal_year, borrower_id, entered_by_id, division_id, owner_id, phone,
    purpose, use_at, location, start_on, due_on, state, requested_at, decided_by_id, decided_at, decided_as, reason,
    finished_on, revision, form_mark)
SELECT 'b' || i, row_number() OVER (PARTITION BY extract(year FROM start_on + 92) ORDER BY i),
    extract(year FROM start_on + 92) + 543, borrower, borrower, %(treasury)s, owner, '', 'ประชุมประชาคมหมู่บ้าน ครั้งที่ ' || i,
    CASE WHEN i %% 7 < 5 THEN 'on_site' ELSE 'off_site' END, 'ห้องประชุมสภา', start_on, start_on + days, state,
    start_on - 2 + time '10:00',
    CASE WHEN state IN ('requested', 'cancelled') THEN NULL
         WHEN i %% 7 < 5 THEN %(head)s ELSE %(mayor)s END,
    CASE WHEN state IN ('requested', 'cancelled') THEN NULL ELSE start_on - 1 + time '10:00' END, '',
    CASE WHEN state = 'refused' THEN 'ใช้ในงานอื่น' ELSE '' END,
    CASE WHEN state IN ('returned', 'refused', 'cancelled') THEN start_on + days END, 1, 'bench-' || i
FROM filled ORDER BY i;
INSERT INTO assets_loanline (loan_id, asset_id, position, single, during, quantity, held, handed, returned, lost)
SELECT l.id, f.asset, 1, f.single, daterange(l.start_on, l.due_on, '[]'), 1,
    CASE WHEN f.state IN ('approved', 'out') THEN 1 ELSE 0 END,
    CASE WHEN f.state IN ('out', 'returned') THEN 1 ELSE 0 END, CASE WHEN f.state = 'returned' THEN 1 ELSE 0 END, 0
FROM filled f JOIN assets_loan l ON l.form_mark = 'bench-' || f.i;
INSERT INTO assets_loannumber (fiscal_year, last) SELECT fiscal_year, max(number) FROM assets_loan GROUP BY 1;
DROP TABLE filled, plan;
"""


def fill(assets: int) -> dict[str, int]:
    """Bring a migrated database with the demonstration's people to `assets` assets; says how many rows there are."""
    from django.db import connection, transaction

    from assets.models import Asset, Loan

    if Asset.objects.filter(label__startswith="ZZ").count() != assets:
        with transaction.atomic(), connection.cursor() as cursor:
            # Without triggers and keys to other tables; unique and exclusion constraints stay.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("TRUNCATE assets_asset, assets_loan, assets_loannumber CASCADE")
            names = _names(assets)
            cursor.execute(_ASSETS.replace("%(rare_word)s", RARE_WORD), names)
            names["first_asset"] = Asset.objects.order_by("pk").values_list("pk", flat=True)[0]
            for statement in filter(str.strip, _LOANS.split(";\n")):
                cursor.execute(statement, names)
        with connection.cursor() as cursor:
            # Within a test's transaction there is no vacuum; the planner's figures are seen at once.
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)")
    return {"assets": Asset.objects.count(), "loans": Loan.objects.count(), "open": Loan.objects.open().count()}


def _names(assets: int) -> dict[str, Any]:
    from assets.models import Category
    from ita_portal.fiscal import today
    from organization.models import Division, User

    division = dict(Division.objects.values_list("name", "pk"))
    loans = assets * LOANS_PER_ASSET
    crowd = PEOPLE
    category, _made = Category.objects.get_or_create(name="ครุภัณฑ์ทดสอบความเร็ว")
    known = User.objects.filter(username__startswith="bench").count()
    User.objects.bulk_create(
        [
            User(username=f"bench{number}", first_name=f"ผู้ยืม {number}", password="!", division_id=division["กองคลัง"])
            for number in range(known, crowd)
        ],
        batch_size=5000,
    )
    person = dict(User.objects.filter(username__in=["staff", "head", "mayor"]).values_list("username", "pk"))
    first = User.objects.filter(username__startswith="bench").order_by("pk").values_list("pk", flat=True)[0]
    other = next(pk for name, pk in division.items() if name not in ("กองช่าง", "กองคลัง"))
    lenders = [division["กองช่าง"], division["กองช่าง"], division["กองคลัง"], other]
    day: dt.date = today()
    return {
        "assets": assets, "loans": loans, "open": loans // OPEN_SHARE, "own": OWN_LOANS, "crowd": crowd,
        "people": first, "nouns": list(_NOUNS), "kinds": len(_NOUNS), "rare": RARE, "category": category.pk,
        "divisions": lenders, "treasury": division["กองคลัง"], "today": day, **person,
    }  # fmt: skip
