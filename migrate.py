"""What paas-charm runs in the application's folder before each start."""

import os
import sys

from indico_app.migration import main
from indico_app.resources import activate

activate(os.environ)
sys.exit(main())
