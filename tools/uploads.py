"""The bucket that packages are uploaded to: one an account and region, for all its stacks."""

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

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

    def prepare(self) -> None:
        """Make the bucket if there is none: private, encrypted, and for TLS alone."""
        s3, region = client("s3"), self.account.region
        elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": region}}
        with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
            s3.create_bucket(Bucket=self.bucket, **({} if region == "us-east-1" else elsewhere))
        closed = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls")
        s3.put_public_access_block(
            Bucket=self.bucket,
            PublicAccessBlockConfiguration=dict.fromkeys([*closed, "RestrictPublicBuckets"], True),
        )
        arn = f"arn:{self.account.partition}:s3:::{self.bucket}"
        tls_alone = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        policy = {"Version": "2012-10-17", "Statement": [tls_alone]}
        s3.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps(policy))

    def put(self, content: bytes, suffix: str) -> str:
        """Keep *content* under its digest, if it is not there; its key."""
        s3, key = client("s3"), f"{self.stack}/{hashlib.sha256(content).hexdigest()[:32]}{suffix}"
        try:
            s3.head_object(Bucket=self.bucket, Key=key)
        except ClientError:
            s3.put_object(Bucket=self.bucket, Key=key, Body=content)
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
        address: str = client("s3").meta.endpoint_url
        return f"{address}/{self.bucket}/{self.put(text.encode(), '.json')}"

    def remove(self) -> None:
        """Delete what the stack has uploaded; the bucket is others', too."""
        s3 = client("s3")
        with suppress(s3.exceptions.NoSuchBucket):
            for page in s3.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=f"{self.stack}/"
            ):
                for item in page.get("Contents", []):
                    s3.delete_object(Bucket=self.bucket, Key=item["Key"])
