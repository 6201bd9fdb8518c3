"""`python -m diffh2o_ros` is `diffh2o`."""

import sys

from diffh2o_ros.cli import main

sys.exit(main())
