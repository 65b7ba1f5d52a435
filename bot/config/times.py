"""Times of day in the configuration."""

import datetime as dt
import re
from typing import Annotated

from pydantic import BeforeValidator


def _time_of_day(value: object) -> dt.time | None:
    """In the campaign's time zone."""
    if value is None or isinstance(value, dt.time):
        return value
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", str(value).strip())
    if found is None:
        raise ValueError('write a time of day such as "12:00"')
    return dt.time(int(found[1]), int(found[2]))


TimeOfDay = Annotated[dt.time | None, BeforeValidator(_time_of_day)]
