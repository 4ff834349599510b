"""The kernel's messages keep a `json` of their own: a cell that breaks the module breaks its own code, not the wire [B11]."""

import json
import sys
import types


def keep_own_json():
    session = sys.modules.get("jupyter_client.session")
    if session is None:
        return
    own = types.ModuleType("json")
    own.__dict__.update(json.__dict__)
    session.json = own
