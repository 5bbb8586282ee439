"""Workbooks in and out: facts of many schools, the records of a register, classes and dormitories."""
