"""The two sites for a WSGI server run from a checkout: `wsgi:public` and `wsgi:staff`."""

from core.wsgi import __getattr__ as __getattr__
