"""The API for a WSGI server: `gunicorn server.wsgi:app`, or `waitress-serve server.wsgi:app`. It logs JSON."""

from server import create_app
from server.request_log import write_json_lines

write_json_lines()
app = create_app()
