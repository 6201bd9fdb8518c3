"""What may be a task at all."""

from __future__ import annotations

import re
import unicodedata

from diffh2o_ros.errors import Diffh2oError, ErrorCode

MAX_TASK_LENGTH = 1000  # characters


class TaskError(Diffh2oError):
    """A task that is no sentence to work with; the message is one line that says why."""

    code = ErrorCode.INVALID_TASK


def check_task(text: str) -> str:
    """The task on one line, without surrounding blanks.

    Raises:
        TaskError: not a string, empty, without a letter, longer than 1000 characters, or holding
            control characters.
    """
    if not isinstance(text, str):
        raise TaskError(f"the task must be a sentence, not {type(text).__name__}")
    text = re.sub(r"\s*[\n\r\t\u2028\u2029]\s*", " ", text).strip()
    if not text:
        raise TaskError('the task is empty; say what to do, such as "pick up the mug"')
    if len(text) > MAX_TASK_LENGTH:
        raise TaskError(f"the task has {len(text)} characters; say it in at most {MAX_TASK_LENGTH}")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise TaskError("the task holds control characters; use plain text")
    if not any(character.isalpha() for character in text):
        raise TaskError('the task has no words; say what to do, such as "pick up the mug"')
    return text
