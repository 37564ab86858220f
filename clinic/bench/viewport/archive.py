"""Makes the archive that the other programs of this bench open, with the sample patient, planned and solved.

Run as a program of its own: its seconds go to standard output as JSON.
"""

import json
import os
import sys
from pathlib import Path

from clinic.bench.timing import timed
from clinic.bench.viewport.window import PASSPHRASE, lay_down

if __name__ == "__main__":
    _, seconds = timed(lambda: lay_down(Path(sys.argv[1]), os.environ.pop(PASSPHRASE)))
    sys.stdout.write(json.dumps({"seconds": seconds}))
