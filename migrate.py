"""What paas-charm runs in the application's folder before each start."""

import sys

from indico_app.migration import main

sys.exit(main())
