"""What is told to the user when something does not work."""

from __future__ import annotations


class Problem(Exception):  # noqa: N818
    """Something that a user can mend: what is wrong, and what to type or change."""

    def __init__(self, message: str, remedy: str = "", code: str = "BACKEND_UNUSABLE") -> None:
        """Say what is wrong, and what to do about it."""
        super().__init__(message, remedy, code)
        self.message = message
        self.remedy = remedy
        self.code = code

    def to_json(self) -> dict[str, str]:
        """Give what crosses a process boundary; SpiceLabError.fromJSON reads it."""
        return {"code": self.code, "message": self.message, "remedy": self.remedy}
