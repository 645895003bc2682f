"""Where the public's own web server starts."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "longstone.public.settings"  # never the house's, whatever this process was told
application = get_wsgi_application()
