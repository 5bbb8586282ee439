"""One SQL statement derives every verdict.

``calendars`` turns cadences into periods, ``plan`` collects what is in force where, ``compiling`` writes the
statement for a set of document versions, ``statement`` holds its fixed text, ``running`` runs it; ``facts``
is what was known on another day.
"""
