"""How a reader in the child process says no."""

from typing import Any


class Refusal(Exception):
    """The file was understood and is not taken; `facts` are plain JSON values for the sentence that the user sees."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts
