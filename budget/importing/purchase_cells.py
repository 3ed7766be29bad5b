"""Cells of form สขร.1 in which two things stand: bidders and prices, winner and price, a contract and its day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from ita_portal.masking import mask_citizen_numbers
from ita_portal.tables.problems import BadValueError
from ita_portal.tables.values import fitting, is_given, plain, read_date, read_money
from ita_portal.thai import MONTHS, SHORT_MONTHS, parse_date, to_arabic_digits

MOST_BIDS = 100
_LONGEST_NAME = 300
_NUMBERED = re.compile(r"(?:^|(?<=\s))\(?\d{1,2}[.)]\s*(?=\D)")
_PRICE = r"(?P<price>\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|(?<!\d)\d{1,9}\.\d{1,2}|(?<!\d)\d{3,9})"
_SAYS_PRICE = (
    r"(?:(?:ที่)?(?:เสนอราคา|ราคาที่เสนอ|ราคาที่ตกลง|ตกลงราคา|เสนอ|ราคา|เป็นเงิน|จำนวนเงิน|จำนวน|วงเงิน)(?:ที่เสนอ|ที่ตกลง)?)?"
)
_WITH_PRICE = re.compile(
    rf"^(?P<name>.*?)[\s,:：/=–-]*[(\[]?\s*{_SAYS_PRICE}\s*[:：=]?\s*(?:฿\s*)?{_PRICE}(?:\s*\.-|\s*-)?\s*(?:บาท(?:ถ้วน)?|฿|baht)?\s*[)\]]?\s*$",
    re.I,
)
_MONTH = "|".join(re.escape(name) for name in sorted((*MONTHS, *SHORT_MONTHS), key=len, reverse=True))
_DAY = re.compile(
    r"(?P<before>.*?)[\s,(]*(?P<says>ลงวันที่|ลว\.?|ลงวันที|วันที่|dated?)?\s*[:：]?\s*"
    rf"(?P<day>\d{{4}}-\d{{2}}-\d{{2}}|(?<![\d/])\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d{{4}}|\d{{2}})|\d{{1,2}}\s*(?:{_MONTH})\s*(?:พ\.?\s?ศ\.?\s*)?(?:\d{{4}}|\d{{2}}))[\s)]*$",
    re.S | re.I,
)
_SAYS_DAY = re.compile(r"(?:ลงวันที่|ลว\.)")


@dataclass(frozen=True, slots=True)
class Bid:
    """Who offered, at which price in baht; None where it is not told."""

    name: str
    price: Decimal | None

    def kept(self) -> dict[str, Any]:
        """As `Purchase.bids` keeps it."""
        return {"name": self.name, "price": None if self.price is None else str(self.price)}


def cell_text(value: Any, limit: int | None = None) -> str:
    """A cell as text of several lines; numbers of persons are shortened. Empty for nothing."""
    if not is_given(value):
        return ""
    text = plain(value).replace("\r\n", "\n").replace("\r", "\n")
    text = "\n".join(" ".join(line.split()) for line in text.split("\n") if line.strip())
    return fitting(mask_citizen_numbers("" if text in ("-", "–", "—") else text), limit)


def with_price(text: str) -> Bid:
    """`ร้าน ก (12,000.00 บาท)` → the name and the price; without a price the text is the name."""
    one = " ".join(text.split())
    found = _WITH_PRICE.match(one)
    if found is None:
        return Bid(_name(one), None)
    return Bid(_name(found["name"]), read_money(found["price"]))


def _name(text: str) -> str:
    name = text.strip(" ,;:-–/").strip()
    if name.startswith("(") and name.endswith(")"):
        name = name[1:-1].strip()
    return fitting(name, _LONGEST_NAME)


def _pieces(text: str) -> Iterator[str]:
    for line in re.split(r"[\n;]+", text):
        for piece in _NUMBERED.split(line):
            if piece.strip(" ,;-–"):
                yield piece.strip()


def read_bids(value: Any, prices: Any = None) -> list[Bid]:
    """The bidders of a cell. prices: the cell beside it, where prices stand in a column of their own, line by line."""
    found: list[Bid] = []
    for piece in _pieces(cell_text(value)):
        bid = with_price(piece)
        if bid.name:
            found.append(bid)
        elif bid.price is not None and found and found[-1].price is None:
            found[-1] = Bid(found[-1].name, bid.price)
        else:
            raise BadValueError(
                _("It is not clear whose price this is. Write each bidder in a line, with the price in brackets.")
            )
    if len(found) > MOST_BIDS:
        raise BadValueError(_("These are too many bidders."))
    said = _prices(prices)
    if said:
        if len(said) != len(found):
            raise BadValueError(_("There are not as many prices as bidders."), "bid_prices")
        found = [Bid(bid.name, bid.price if price is None else price) for bid, price in zip(found, said, strict=True)]
    return found


def _prices(value: Any) -> list[Decimal | None]:
    if not isinstance(value, str):
        price = read_money(value)
        return [] if price is None else [price]
    return [
        read_money(_NUMBERED.sub("", line, count=1)) for line in to_arabic_digits(value).split("\n") if line.strip()
    ]


def read_winner(value: Any, agreed: Decimal | None) -> tuple[str, Decimal | None]:
    """Who was chosen and the agreed price. agreed: of a column of its own."""
    text = " ".join(cell_text(value).split("\n"))
    bid = with_price(text)
    if agreed is None:
        return bid.name, bid.price
    if bid.price is not None and bid.price != agreed:
        raise BadValueError(_("Beside the name stands another price than in its own column."))
    return (bid.name if bid.price is not None else _name(text)), agreed


def read_contract(value: Any) -> tuple[str, dt.date | None]:
    """`ใบสั่งซื้อ 12/2567 ลว. 5 ต.ค. 66` → number and day. BadValueError where a day is meant that is none."""
    if isinstance(value, dt.date | dt.datetime):
        return "", read_date(value)
    text = " ".join(cell_text(value).split("\n"))
    found = _DAY.match(text)
    if found is None:
        if _SAYS_DAY.search(text):
            raise BadValueError(_("The day of the contract cannot be read. Write it like ลว. 5 ต.ค. 66."))
        return fitting(text, 200), None
    return fitting(found["before"].strip(" ,("), 200), _day(found["day"])


def _day(text: str) -> dt.date:
    spaced = re.sub(rf"({_MONTH})", r" \1 ", text)
    spaced = re.sub(r"พ\.?\s?ศ\.?", "", spaced)
    try:
        return parse_date(" ".join(spaced.split()))
    except ValueError:
        raise BadValueError(_("The day of the contract cannot be read. Write it like ลว. 5 ต.ค. 66.")) from None
