"""`python -m atlas_post_processor`."""

import sys

from .cli import main

sys.exit(main())
