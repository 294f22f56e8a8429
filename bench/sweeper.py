"""One sweeper of several: gets ready, waits for a line, sweeps once and tells what it did."""

import json

from app import serve
from jobs import escalation

if __name__ == "__main__":
    with serve().app_context():
        escalation.sweep("2000-01-01T00:00:00+00:00")
        print("ready", flush=True)
        input()
        print(json.dumps(escalation.sweep()), flush=True)
