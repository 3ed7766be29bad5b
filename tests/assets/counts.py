"""Counts for tests of the yearly count: of the fiscal year that ended last, appointed and begun."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assets.choices import Condition, CountResult
from assets.models import Asset, CountItem, CountSession
from assets.services.counting import Finding, count_item
from assets.services.counts import appoint_counter, make_count, open_count
from ita_portal.fiscal import FiscalYear
from organization.models import User

from ..cast import Cast

ORDER = "คำสั่งที่ 325/2569 ลงวันที่ 15 กันยายน 2569"


def year_that_ended() -> FiscalYear:
    """The fiscal year before the present one."""
    return FiscalYear(FiscalYear.current().number - 1)


def prepared(cast: Cast, *, chair: str = "staff2", counters: tuple[str, ...] = ("staff",)) -> CountSession:
    """A count with a chair and members who count everything; not begun."""
    year = year_that_ended()
    session = make_count(
        by=cast.assets, fiscal_year=year.number, order=ORDER, appointed_on=dt.date(year.end.year, 9, 15)
    )
    if chair:
        appoint_counter(session, by=cast.assets, user=getattr(cast, chair), chairs=True)
    for name in counters:
        appoint_counter(session, by=cast.assets, user=getattr(cast, name))
    return session


def begun(cast: Cast, **how: Any) -> CountSession:
    """The same, with the register taken as what is expected. Make the assets first."""
    return open_count(prepared(cast, **how), by=cast.assets)


def entry(session: CountSession, asset: Asset) -> CountItem:
    """The entry of an asset as it is now."""
    found: CountItem = session.items.select_related("asset", "session").get(asset=asset)
    return found


def counted(session: CountSession, asset: Asset, by: User, result: str = CountResult.FOUND, **what: Any) -> CountItem:
    """An asset that `by` counted. what: of `Finding`."""
    item = entry(session, asset)
    values = {"found": item.expected, "condition": Condition.GOOD, **what}
    return count_item(item, Finding(result, **values), by=by, revision=item.revision)
