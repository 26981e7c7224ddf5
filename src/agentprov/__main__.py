"""``python -m agentprov``: the command line."""

import sys

from agentprov.cli import main

if __name__ == "__main__":
    sys.exit(main())
