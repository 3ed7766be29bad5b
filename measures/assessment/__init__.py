"""The result of the yearly assessment: how it is counted, kept, shown and answered by the next plan."""
