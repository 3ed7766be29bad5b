"""gunicorn behind nginx, on one small server. No access log: nobody's address is written anywhere."""

import multiprocessing

wsgi_app = "ita_portal.wsgi:application"
bind = "unix:/run/ita-portal/portal.sock"
workers = min(3, multiprocessing.cpu_count() + 1)
threads = 24
timeout = 60
graceful_timeout = 30
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm"  # noqa: S108 - memory, so that a slow disk is never taken for a dead worker
accesslog = None
errorlog = "-"
loglevel = "error"  # its warnings name the addresses of visitors
forwarder_headers = ""  # no header moves the portal's addresses (SCRIPT_NAME)
secure_scheme_headers = {}  # whether it was https is Django's question (SECURE_PROXY_SSL_HEADER)
control_socket_disable = True
