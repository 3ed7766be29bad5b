"""What the public pages say: plain values, each page in a fixed number of queries. Published things only."""
