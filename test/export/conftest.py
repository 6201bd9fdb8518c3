"""Lets the tests of this room import `gltf_reader`, which is no test itself."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
