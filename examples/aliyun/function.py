"""Hand a message of Countersign's to Alibaba Cloud SMS: SendSms of dysmsapi, 2017-05-25."""

import json
import os
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models import SendSmsRequest
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.core import DaraCore
from darabonba.runtime import RuntimeOptions
from plumbing import (
    CONNECT,
    KEY_KEPT,
    READ,
    Answer,
    answer,
    code_template,
    foreign,
    judged,
    key,
    log,
    once,
)

#: Alibaba Cloud's error codes: help.aliyun.com/document_detail/101346.html and, for those of its
#: gateway, 435312.html.  What one number or one value can bring about is rejected: as "unavailable"
#: it would let anybody close this sender to everybody.  What the team has to put right for one
#: signature, template or country is declined, and what for all of them unavailable: another
#: supplier is asked.  A code that is not here is unknown: perhaps sent.
FAULTS = {
    "rejected": {
        "isv.MOBILE_NUMBER_ILLEGAL": "not a number it can send to",
        "isv.BUSINESS_LIMIT_CONTROL": "the number has had its share for now",
        "isv.BLACK_KEY_CONTROL_LIMIT": "the number is blocked, or a value looks unlawful",
        "isv.CUSTOMER_REFUSED": "the number has opted out of marketing",
        "isv.SMS_CONTENT_ILLEGAL": "the text holds what may not be sent",
        "isv.UNSUPPORTED_CONTENT": "the text holds characters that cannot be sent",
        "isv.PARAM_LENGTH_LIMIT": "a value is too long for its variable",
        "isv.PARAM_NOT_SUPPORT_URL": "a value holds an address of the web",
        "isv.TEMPLATE_PARAMS_ILLEGAL": "a value is not of its variable's registered kind",
        "isv.TEMPLATE_MISSING_PARAMETERS": "a variable of the template has no value",
    },
    "declined": {
        "isv.SMS_SIGNATURE_ILLEGAL": "the account has no such signature, or not approved",
        "isv.SMS_SIGN_ILLEGAL": "the signature is banned",
        "isv.SIGN_STATE_ILLEGAL": "the signature is not usable",
        "isv.SMS_SIGNATURE_SCENE_ILLEGAL": "the signature is not for templates of this kind",
        "isv.SMS_TEMPLATE_ILLEGAL": "the account has no such template, or not approved",
        "isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE": "the text is not of the template's kind",
        "isv.SMS_TEST_SIGN_TEMPLATE_LIMIT": "a test signature goes with a test template only",
        "isv.SMS_TEST_TEMPLATE_PARAMS_ILLEGAL": "a test template takes 4 to 6 digits only",
        "isv.SMS_TEST_NUMBER_LIMIT": "a test template reaches the bound test numbers only",
        "isv.DOMESTIC_NUMBER_NOT_SUPPORTED": "the template is for numbers abroad",
        "isv.EXTEND_CODE_ERROR": "one extension code for two signatures",
    },
    "unavailable": {
        "isv": "the request was refused",
        "isv.DENY_IP_RANGE": "it takes no requests from this part of the world",
        "isv.DAY_LIMIT_CONTROL": "the account's limit of the day is reached",
        "isv.MONTH_LIMIT_CONTROL": "the account's limit of the month is reached",
        "isv.OUT_OF_SERVICE": "the account is suspended: top it up",
        "isv.AMOUNT_NOT_ENOUGH": "the account's balance is too low",
        "isv.ACCOUNT_NOT_EXISTS": "there is no such account",
        "isv.ACCOUNT_ABNORMAL": "something is wrong with the account",
        "isv.SECURITY_FROZEN_ACCOUNT": "the account is frozen, being long unused",
        "isv.PRODUCT_UN_SUBSCRIPT": "the account has not activated SMS",
        "isv.PRODUCT_UNSUBSCRIBE": "the account has not activated SMS",
        "isp.RAM_PERMISSION_DENY": "the key's user may not send: dysms:SendSms",
        "isv.INVALID_PARAMETERS": "a parameter is malformed",
        "isv.INVALID_JSON_PARAM": "TemplateParam is not JSON of strings",
        "InvalidAccessKeyId": "the key does not exist or is disabled",
        "SignatureDoesNotMatch": "the key's secret is wrong",
        "SignatureNonceUsed": "the same request came twice",
        "InvalidTimeStamp": "the clocks are more than 15 minutes apart",
        "InvalidVersion": "there is no such version of the API",
        "InvalidAction": "there is no such call of the API",
        "MissingParameter": "a parameter is missing",
        "InvalidParameter": "a parameter is malformed",
        "Forbidden": "the key's user may not send",
        "Throttling": "too many requests at once",
    },
    "unknown": {
        "isp": "a fault of its own",
        "isp.SYSTEM_ERROR": "a fault of its own",
        "isp.GATEWAY_ERROR": "its sending module did not answer",
        "InternalError": "a fault of its own",
        "ServiceUnavailable": "a passing fault of its own",
    },
}


def handler(event: Mapping[str, Any], context: object = None) -> Answer:
    """Send one message, at most once however often its record comes; what became of it."""
    began = time.monotonic()
    said = _said(event)
    log(event, said, began)
    return said


def _said(event: Mapping[str, Any]) -> Answer:
    if reason := foreign(event):
        return answer("declined", reason)
    template, values = _template(event)
    if not template:
        return answer("declined", "the template is not registered with this sender")
    try:
        client = _client(int(time.time() // KEY_KEPT))
    except Exception as fault:  # nothing has been sent, and its text may hold the key
        return answer("unavailable", f"the key: {type(fault).__name__}")
    return once(event["record"], lambda: _send(client, event, template, values))


def _template(event: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Alibaba's code for the template, and the values it is to have by name: no others."""
    if not event["templateId"]:
        return code_template(event)
    return event["templateId"], dict(zip(event["parameterNames"], event["parameters"], strict=True))


def _send(
    client: Client, event: Mapping[str, Any], template: str, values: Mapping[str, str]
) -> Answer:
    request = SendSmsRequest(
        phone_numbers=_number(event["to"]),
        sign_name=event["signature"],
        template_code=template,
        template_param=json.dumps(values, ensure_ascii=False) if values else None,
        out_id=event["record"],  # comes back in the receipt
    )
    # A connection that slept with the sandbox may be dead, and would look like a lost reply.  A
    # header "Connection: close" would be signed, and a proxy that drops it would spoil the request.
    DaraCore._sessions.clear()
    try:
        body = client.send_sms_with_options(request, RuntimeOptions()).body
    except AlibabaCloudException as fault:
        return judged(str(fault.code), FAULTS)
    if body.code == "OK":
        return {"status": "accepted", "messageId": body.biz_id or event["record"]}
    return judged(str(body.code), FAULTS)


def _number(e164: str) -> str:
    """As SendSms takes it: 13900001234 in the mainland, 85260001234 elsewhere."""
    return e164.removeprefix("+86").removeprefix("+")


@lru_cache(maxsize=1)
def _client(period: int) -> Client:
    """A client with the key as it was in that *period*; it tries once."""
    id, secret = key()
    protocol, _, host = os.environ["ENDPOINT"].partition("://")
    return Client(
        Config(
            access_key_id=id,
            access_key_secret=secret,
            protocol=protocol,
            endpoint=host,
            connect_timeout=CONNECT * 1000,
            read_timeout=READ * 1000,
        )
    )
