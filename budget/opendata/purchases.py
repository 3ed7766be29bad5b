"""The columns of the purchases of a year, as `budget:procurement_file` writes them."""

from __future__ import annotations

from .columns import YEAR, Table

PURCHASES = Table("procurement", "การจัดซื้อจัดจ้าง", "Procurement", (YEAR,))
