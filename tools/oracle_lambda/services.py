"""The Serverless Framework: three services are packaged by osls, and what reproof reads of them is held against its template."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from . import node
from .compare import Counts, agrees, facts, plain, sources

FIELDS = {
    "timeout": "Timeout",
    "memory": "MemorySize",
    "runtime": "Runtime",
    "handler": "Handler",
}
KINDS = {
    "AWS::ApiGateway::Method": "rest",
    "AWS::ApiGatewayV2::Integration": "http",
    "AWS::Lambda::Url": "url",
    "AWS::SNS::Subscription": "sns",
    "AWS::Events::Rule": None,
}
SERVICES = {"sqs": "sqs", "kinesis": "kinesis", "dynamodb": "dynamodb"}
# What osls writes no resource of its own for: bucket notifications, topics, load balancers, sockets are checked by their permission.
PRINCIPALS = {"s3.": "s3", "elasticloadbalancing.": "alb"}


def compare(binary, cache):
    counts = Counts()
    home = node.installed(cache)
    names = sorted(path.name for path in node.own("services").iterdir() if path.is_dir())
    for name in names:
        with tempfile.TemporaryDirectory() as room:
            service = pathlib.Path(room) / name
            shutil.copytree(node.own("services") / name, service)
            inventory = facts(binary, service)
            resources = packaged(service, home)
        for own in inventory["lambdas"]:
            function(counts, name, own, inventory, resources)
        made = sum(one["Type"] == "AWS::Lambda::Function" for one in resources.values())
        counts.note(name, "functions", len(inventory["lambdas"]), made, len(inventory["lambdas"]) == made)
    counts.show(f"Serverless Framework: {len(names)} services compared")
    return counts


def packaged(service, home):
    """The resources that osls writes for a service."""
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "SLS_NOTIFICATIONS_MODE": "off"}
    command = ["node", str(home / "node_modules" / "osls" / "bin" / "serverless.js"), "package"]
    subprocess.run(command, cwd=service, env=environment, check=True, capture_output=True)
    template = service / ".serverless" / "cloudformation-template-update-stack.json"
    return json.loads(template.read_text(encoding="utf-8"))["Resources"]


def logical(name):
    """The logical id that the framework makes of a function's name."""
    name = name.replace("-", "Dash").replace("_", "Underscore")
    return f"{name[0].upper()}{name[1:]}LambdaFunction"


def function(counts, service, own, inventory, resources):
    place, identity = f"{service}#{own['logical_name']}", logical(own["logical_name"])
    made = resources.get(identity, {}).get("Properties", {})
    for field, key in FIELDS.items():
        counts.note(place, field, own[field], made.get(key), agrees(own[field], made.get(key)))
    architecture = made.get("Architectures", ["x86_64"])[0]
    counts.note(place, "architecture", own["architecture"], architecture, plain(own["architecture"]) == architecture)
    storage = made.get("EphemeralStorage", {}).get("Size", 512)
    counts.note(place, "storage", own["ephemeral_storage"], storage, plain(own["ephemeral_storage"]) == storage)
    tracing = made.get("TracingConfig", {}).get("Mode")
    counts.note(place, "tracing", own["tracing"], tracing, plain(own["tracing"]) == tracing)
    layers = made.get("Layers", [])
    counts.note(place, "layers", own["layers"], layers, own["layers"] == layers)
    theirs = called_by(identity, resources)
    # Only the kinds that the template tells apart.
    ours = sorted({kind for kind in sources(inventory, own) if kind in {*KINDS.values(), *SERVICES.values(), *PRINCIPALS.values()} | EVENTS})
    counts.note(place, "sources", ours, theirs, ours == theirs)


EVENTS = {"schedule", "eventbridge", "websocket"}


def called_by(identity, resources):
    """The kinds of source whose resources name a function."""
    found = set()
    for one in resources.values():
        properties = one.get("Properties", {})
        if f'"{identity}"' not in json.dumps(properties):
            continue
        kind = one["Type"]
        if kind == "AWS::Lambda::EventSourceMapping":
            arn = json.dumps(properties["EventSourceArn"])
            found.add(next((name for part, name in SERVICES.items() if f":{part}:" in arn), "sqs"))
        elif kind == "AWS::Events::Rule":
            found.add("schedule" if "ScheduleExpression" in properties else "eventbridge")
        elif kind == "AWS::ApiGatewayV2::Integration":
            found.add("websocket" if "Websockets" in json.dumps(properties["ApiId"]) else "http")
        elif kind == "AWS::Lambda::Permission":
            principal = str(properties["Principal"])
            found.update(name for start, name in PRINCIPALS.items() if principal.startswith(start))
        elif KINDS.get(kind):
            found.add(KINDS[kind])
    return sorted(found)
