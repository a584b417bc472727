"""The database itself refuses to change a line of the timeline, whoever asks."""

from __future__ import annotations

from opencasework.office.audit.append_only import AppendOnly
from opencasework.office.cases.models import Event

TIMELINE = AppendOnly(Event, "timeline_is_append_only", "A line of the timeline cannot be changed.")
allow_changes = TIMELINE.allow_changes
refuse_changes = TIMELINE.refuse_changes
