# Prints what web/src/code/shapes.txt holds: the requests of the API as botocore describes them. A `*` stands behind what must be
# given, a `!` before an exception. What exports to, imports from and streams into other services is left out, as in the engine.

import botocore.session

ELSEWHERE = ("Export", "Import", "KinesisStreamingDestination")

session = botocore.session.get_session()
operations, structures, enums, seen = [], {}, {}, set()


def kind(shape):
    if shape.type_name == "list":
        return "list " + kind(shape.member)
    if shape.type_name == "map":
        return "map " + kind(shape.value)
    if shape.type_name == "structure":
        return shape.name
    if shape.type_name == "string":
        return "enum " + shape.name if shape.enum else "string"
    return shape.type_name


def members(shape):
    star = lambda name: "*" if name in shape.required_members else ""
    return [f" {name}{star(name)} {kind(member)}" for name, member in shape.members.items()]


def walk(shape):
    if shape.type_name == "list":
        walk(shape.member)
    elif shape.type_name == "map":
        walk(shape.value)
    elif shape.type_name == "string" and shape.enum:
        enums[shape.name] = shape.enum
    elif shape.type_name == "structure" and shape.name not in seen and shape.name != "AttributeValue":
        seen.add(shape.name)
        structures[shape.name] = members(shape)
        for member in shape.members.values():
            walk(member)


for service in ("dynamodb", "dynamodbstreams"):
    model = session.get_service_model(service)
    for name in sorted(model.operation_names):
        if not any(word in name for word in ELSEWHERE):
            operation = model.operation_model(name)
            operations.append(name + "()")
            operations += members(operation.input_shape)
            operations += [f" !{error.name}" for error in operation.error_shapes]
            for member in operation.input_shape.members.values():
                walk(member)

print("\n".join(operations))
for name in sorted(structures):
    print("\n".join([name] + structures[name]))
for name in sorted(enums):
    print(name + " = " + " ".join(enums[name]))
