"""Budget files that officers bring: lines, spending, purchases. Read generously, stored strictly, refused with place.

`reading` and `purchase_reading` know no table of the database; `lines`, `spending` and `purchases` compare with what is
there; `record` keeps every file that was checked and stores it once.
"""
