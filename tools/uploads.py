"""The bucket that packages are uploaded to: one an account and region, for all its stacks."""

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from .account import Account, client


@dataclass(frozen=True)
class Uploads:
    """What one stack has in the bucket; all of it lies under the stack's name."""

    account: Account
    stack: str

    @property
    def bucket(self) -> str:
        return f"countersign-packages-{self.account.id}-{self.account.region}"

    @property
    def _own(self) -> dict[str, str]:
        """The bucket, if it is this account's: anybody may have taken the name."""
        return {"Bucket": self.bucket, "ExpectedBucketOwner": self.account.id}

    @property
    def _policy(self) -> dict[str, Any]:
        """That of a bucket for TLS alone."""
        arn = f"arn:{self.account.partition}:s3:::{self.bucket}"
        tls_alone = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        return {"Version": "2012-10-17", "Statement": [tls_alone]}

    def prepare(self) -> None:
        """Make the bucket, unless it is as it should be: private, and for TLS alone."""
        s3, region = client("s3"), self.account.region
        with suppress(ClientError):
            if json.loads(s3.get_bucket_policy(**self._own)["Policy"]) == self._policy:
                return
        elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": region}}
        with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
            s3.create_bucket(Bucket=self.bucket, **({} if region == "us-east-1" else elsewhere))
        closed = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls")
        s3.put_public_access_block(
            **self._own,
            PublicAccessBlockConfiguration=dict.fromkeys([*closed, "RestrictPublicBuckets"], True),
        )
        s3.put_bucket_policy(**self._own, Policy=json.dumps(self._policy))

    def put(self, content: bytes, suffix: str) -> str:
        """Keep *content* under its digest, if it is not there; its key."""
        s3, key = client("s3"), f"{self.stack}/{hashlib.sha256(content).hexdigest()[:32]}{suffix}"
        try:
            s3.head_object(**self._own, Key=key)
        except ClientError:
            s3.put_object(**self._own, Key=key, Body=content)
        return key

    def package(self, folder: Path) -> str:
        """Upload what `tools.package` left in *folder*; the address of the template."""
        key = self.put((folder / "deployment.zip").read_bytes(), ".zip")
        template = json.loads((folder / "template.json").read_text("utf-8"))
        for resource in template["Resources"].values():
            if "CodeUri" in resource.get("Properties", {}):
                resource["Properties"]["CodeUri"] = {"Bucket": self.bucket, "Key": key}
        # Without blanks it is a third; the limit is a megabyte.
        text = json.dumps(template, separators=(",", ":"), ensure_ascii=False)
        suffix = "amazonaws.com.cn" if self.account.partition == "aws-cn" else "amazonaws.com"
        address = self.account.endpoint or f"https://s3.{self.account.region}.{suffix}"
        return f"{address}/{self.bucket}/{self.put(text.encode(), '.json')}"

    def any(self) -> bool:
        """Whether the stack has uploaded anything that is still there."""
        s3, asked = client("s3"), {"Prefix": f"{self.stack}/", "MaxKeys": 1}
        with suppress(s3.exceptions.NoSuchBucket):
            return bool(s3.list_objects_v2(**self._own, **asked)["KeyCount"])
        return False

    def remove(self) -> None:
        """Delete what the stack has uploaded; the bucket is others', too."""
        s3 = client("s3")
        with suppress(s3.exceptions.NoSuchBucket):
            for page in s3.get_paginator("list_objects_v2").paginate(
                **self._own, Prefix=f"{self.stack}/"
            ):
                for item in page.get("Contents", []):
                    s3.delete_object(**self._own, Key=item["Key"])
