"""A CloudFormation stack: what it is, what a template would change in it, and the change."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from botocore.exceptions import ClientError

from .account import Account, Failed, client

#: What becomes of nothing: a first creation that failed, or was never begun.
_UNBORN = ("REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
#: How long a change may take: an hour, in which a table of any size gets its index.
_PATIENCE = 3600
#: What CloudFormation can do to a resource.
ACTIONS = ("Import", "Add", "Modify", "Dynamic", "Remove")
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


@dataclass(frozen=True)
class Plan:
    """What a template would change, not yet done."""

    id: str
    new: bool
    changes: list[dict[str, Any]]
    #: The id of the stack, which one of the same name that comes later has not.
    stack: str = ""

    def __str__(self) -> str:
        counts = Counter(change["Action"] for change in self.changes)
        said = [f"{counts[one]} to {one.lower()}" for one in ACTIONS if counts[one]]
        gone = [
            change["LogicalResourceId"]
            for change in self.changes
            if change["Action"] == "Remove" or change.get("Replacement") == "True"
        ]
        return ", ".join(said) + (f"; removed or made anew: {', '.join(gone)}" if gone else "")

    @property
    def lost(self) -> list[str]:
        """The tables whose items would go."""
        return [
            change["LogicalResourceId"]
            for change in self.changes
            if change["ResourceType"] == "AWS::DynamoDB::Table"
            and (change["Action"] == "Remove" or change.get("Replacement") == "True")
            and change.get("PolicyAction") != "Retain"
        ]


@dataclass(frozen=True)
class Stack:
    """The stack *name* of *account*; there may be none yet."""

    account: Account
    name: str

    def described(self, id: str = "") -> dict[str, Any] | None:
        """What CloudFormation says of it, or of the one with that *id*; None when there is none."""
        try:
            said = client("cloudformation").describe_stacks(StackName=id or self.name)["Stacks"][0]
        except ClientError as fault:
            if "does not exist" in str(fault):
                return None
            raise
        return None if said["StackStatus"] == "DELETE_COMPLETE" else dict(said)

    @property
    def outputs(self) -> dict[str, str]:
        said = (self.described() or {}).get("Outputs", [])
        return {output["OutputKey"]: output["OutputValue"] for output in said}

    def plan(
        self, template: str, parameters: Mapping[str, str], *, adopt: bool = False
    ) -> Plan | None:
        """What the template at the address *template* would change; None for nothing.

        A parameter that is not among *parameters* stays what it was.  With *adopt* the stack
        takes in what bears its names already, such as tables that outlived an older stack or a
        change that failed.
        Raises Failed.
        """
        before = self._settled()
        kept = {one["ParameterKey"] for one in (before or {}).get("Parameters", [])}
        cloudformation = client("cloudformation")
        declared = cloudformation.get_template_summary(TemplateURL=template)["Parameters"]
        names = {one["ParameterKey"] for one in declared}
        if unknown := set(parameters) - names:
            raise Failed(f"no parameter {', '.join(unknown)}: there are {', '.join(sorted(names))}")
        given = [{"ParameterKey": one, "ParameterValue": said} for one, said in parameters.items()]
        same = kept & names - set(parameters)
        previous = [{"ParameterKey": one, "UsePreviousValue": True} for one in same]
        made = cloudformation.create_change_set(
            StackName=self.name,
            ChangeSetName=f"deploy-{time.time_ns()}",
            ChangeSetType="UPDATE" if before else "CREATE",
            TemplateURL=template,
            Parameters=given + previous,
            Capabilities=_CAPABILITIES,
            **({"ImportExistingResources": True} if adopt else {}),
            Tags=[{"Key": "application", "Value": "countersign"}],
        )
        plan = Plan(made["Id"], not before, [], made["StackId"])
        try:
            plan = replace(plan, changes=self._changes(plan.id))
        except BaseException:
            self.discard(plan)
            raise
        if plan.changes:
            return plan
        self.discard(plan)
        return None

    def _settled(self) -> dict[str, Any] | None:
        """What it is, if it is something that can be changed; raises Failed."""
        said = self.described()
        status = said["StackStatus"] if said else ""
        if status in _UNBORN:
            self.delete()
            return None
        if status.endswith("_IN_PROGRESS"):
            raise Failed(f"{self.name} is being changed by somebody else ({status}); wait for it")
        if status == "DELETE_FAILED":
            raise Failed(f"{self.name} is deleted in part; `make destroy` goes on with it")
        if status == "UPDATE_ROLLBACK_FAILED":
            command = f"aws cloudformation continue-update-rollback --stack-name {self.name}"
            raise Failed(f"{self.name} is stuck half way back; {command}")
        return said

    def _changes(self, id: str) -> list[dict[str, Any]]:
        """What the change set *id* would do; raises Failed."""
        cloudformation = client("cloudformation")
        for _ in self._looks():
            said = cloudformation.describe_change_set(ChangeSetName=id)
            if not said["Status"].endswith(("PENDING", "IN_PROGRESS")):
                break
        reason = said.get("StatusReason", "")
        if said["Status"] == "FAILED":
            if "didn't contain changes" in reason or "No updates" in reason:
                return []
            raise Failed(f"CloudFormation refuses the template: {reason}")
        changes = said["Changes"]
        while said.get("NextToken"):
            token = said["NextToken"]
            said = cloudformation.describe_change_set(ChangeSetName=id, NextToken=token)
            changes += said["Changes"]
        return [change["ResourceChange"] for change in changes]

    def discard(self, plan: Plan) -> None:
        """Forget *plan*, and the stack if it was only planned.

        Whoever was asked may have taken an hour to say no: a stack that somebody else has made
        meanwhile has that name, too, but not that id.
        """
        client("cloudformation").delete_change_set(ChangeSetName=plan.id)
        said = self.described(plan.stack) if plan.new else None
        if said and said["StackStatus"] == "REVIEW_IN_PROGRESS":
            self.delete(plan.stack)

    def apply(self, plan: Plan) -> None:
        """Carry *plan* out and wait for the end; raises Failed with what went wrong first."""
        before = self._newest(plan.stack)
        client("cloudformation").execute_change_set(ChangeSetName=plan.id)
        status = self._ended(plan.stack, before)
        if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"):
            raise Failed(f"{self.name} is {status}: {self._failure(plan.stack, before)}")

    def delete(self, id: str = "") -> None:
        """Delete it, or the one with that *id*, and wait for the end; raises Failed."""
        id = id or (self.described() or {}).get("StackId", self.name)
        before = self._newest(id)
        client("cloudformation").delete_stack(StackName=id)
        if status := self._ended(id, before):
            raise Failed(f"{self.name} is {status}: {self._failure(id, before)}")

    def _ended(self, id: str, before: str) -> str:
        """The status in which a change has ended, *before* which an event was the newest."""
        for _ in self._looks():
            status = (self.described(id) or {}).get("StackStatus", "")
            # AWS takes a moment to begin: until then the status is that of the change before.
            begun = not status or self._newest(id) != before
            if begun and not status.endswith("_IN_PROGRESS"):
                return str(status)
        raise Failed(f"{self.name} takes more than an hour to change; look at its events")

    def _looks(self) -> Iterator[None]:
        """One turn for each look at what takes its time."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            yield
            time.sleep(0.3 if self.account.endpoint else 3)

    def _events(self, id: str) -> Iterator[dict[str, Any]]:
        """What has happened to it, the newest first; AWS tells a hundred at a time."""
        pages = client("cloudformation").get_paginator("describe_stack_events")
        for page in pages.paginate(StackName=id):
            yield from page["StackEvents"]

    def _newest(self, id: str) -> str:
        return str(next(self._events(id), {}).get("EventId", ""))

    def _failure(self, id: str, before: str) -> str:
        """What failed first after the event *before*; the rest is what came of that."""
        since = takewhile(lambda event: event["EventId"] != before, self._events(id))
        failed = [event for event in since if event["ResourceStatus"].endswith("_FAILED")]
        if not failed:
            return "it does not say why"
        return f"{failed[-1]['LogicalResourceId']}: {failed[-1].get('ResourceStatusReason', '')}"
