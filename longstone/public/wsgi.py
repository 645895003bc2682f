"""Where the public's own web server starts."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

if not settings.configured:  # never the house's, whatever this process was told
    os.environ["DJANGO_SETTINGS_MODULE"] = "longstone.public.settings"
application = get_wsgi_application()
