"""The AWS CLI of version 1 with bytes as version 2 takes them: a parameter's blobs are Base64.

https://docs.aws.amazon.com/cli/latest/userguide/cliv2-migration-changes.html
"""

import base64
import sys

from awscli.clidriver import create_clidriver


def decoded(shape, value):
    if shape.type_name == "blob":
        return base64.b64decode(value, validate=True) if isinstance(value, str) else value
    if shape.type_name == "structure" and isinstance(value, dict):
        members = shape.members
        return {name: decoded(members[name], one) if name in members else one for name, one in value.items()}
    if shape.type_name == "map" and isinstance(value, dict):
        return {name: decoded(shape.value, one) for name, one in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [decoded(shape.member, one) for one in value]
    return value


def decode(params, model, **_):
    if model.input_shape is not None:
        params.update(decoded(model.input_shape, dict(params)))


driver = create_clidriver()
driver.session.register("before-parameter-build", decode)
sys.exit(driver.main())
