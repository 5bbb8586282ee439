"""Workbooks of units, people, places, calendar days and terms: read, judged, taken over as one."""
