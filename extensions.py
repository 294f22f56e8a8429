"""Flask's extensions as bare objects; app.py gives them an application."""

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

babel = Babel()
csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, strategy="sliding-window-counter")
login = LoginManager()
migrate = Migrate(compare_type=True, directory="migrations")
