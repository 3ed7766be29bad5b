"""Benchmarks: `make bench`. Figures are ratios against an empty view on the same server in the same run."""
