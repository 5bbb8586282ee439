"""Hazards as files: the ledger and the four lists for Excel, and a Word paper with photos."""
