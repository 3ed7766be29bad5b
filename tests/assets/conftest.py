"""What tests of the asset register may ask for."""

import pytest

from assets.choices import AssetKind, Place
from assets.models import Asset, Loan

from ..cast import Cast
from .factories import AssetFactory, approved, handed_out, requested


@pytest.fixture
def projector(cast: Cast) -> Asset:
    """A single thing of กองช่าง that may be lent."""
    asset: Asset = AssetFactory(number="416-50-0001", name="เครื่องฉายภาพ")
    return asset


@pytest.fixture
def chairs(cast: Cast) -> Asset:
    """Ten chairs of กองช่าง under one number."""
    asset: Asset = AssetFactory(
        number="401-60-0001", name="เก้าอี้พลาสติก", kind=AssetKind.QUANTITY, quantity=10, unit="ตัว"
    )
    return asset


@pytest.fixture
def truck(cast: Cast) -> Asset:
    """A pick-up truck of กองช่าง."""
    asset: Asset = AssetFactory(number="001-55-0001", name="รถกระบะ", unit="คัน", place="โรงจอดรถ")
    return asset


@pytest.fixture
def waiting_loan(cast: Cast, projector: Asset) -> Loan:
    """`staff` asks for the projector, on the premises, from today for three days."""
    return requested(cast.staff, projector)


@pytest.fixture
def approved_loan(cast: Cast, projector: Asset) -> Loan:
    """The same, approved by the head of กองช่าง."""
    return approved(cast.staff, cast.head, projector)


@pytest.fixture
def loan_out(cast: Cast, projector: Asset) -> Loan:
    """The same, handed out."""
    return handed_out(cast.staff, cast.head, cast.assets, projector)


@pytest.fixture
def truck_waiting(cast: Cast, truck: Asset) -> Loan:
    """`staff` asks for the truck, off the premises."""
    return requested(cast.staff, truck, use_at=Place.OFF_SITE, location="ศาลากลางจังหวัดกาฬสินธุ์")
