"""What a run tells of itself: one JSON object a line, and the same for TensorBoard."""

import json
from pathlib import Path

from tensorboardX import SummaryWriter

_LINES = "log.jsonl"


class Log:
    """Writes to a folder. since: the step from which this run goes on; what an earlier one told after it is dropped."""

    def __init__(self, folder: Path, since: int) -> None:
        self._lines = folder / _LINES
        kept = [line for line in self._told() if json.loads(line)["step"] <= since]
        self._lines.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
        self._board = SummaryWriter(str(folder), purge_step=since + 1)

    def tell(self, step: int, figures: dict[str, float]) -> None:
        """Add the figures of a step."""
        rounded = {name: float(f"{value:.5g}") for name, value in figures.items()}
        with self._lines.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step, **rounded}) + "\n")
        for name, value in figures.items():
            self._board.add_scalar(name, value, step)

    def close(self) -> None:
        """Write what is still held back."""
        self._board.close()

    def _told(self) -> list[str]:
        return self._lines.read_text(encoding="utf-8").splitlines() if self._lines.exists() else []
