"""Hand a message of Countersign's to Tencent Cloud SMS: SendSms of sms, 2021-01-11."""

import os
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

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
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.common.retry import NoopRetryer
from tencentcloud.sms.v20210111.models import SendSmsRequest
from tencentcloud.sms.v20210111.sms_client import SmsClient

#: Tencent Cloud's error codes: cloud.tencent.com/document/product/382/55981 and 59177, with the
#: SDK's errorcodes.py.  What one number or one value can bring about is rejected: as "unavailable"
#: it would let anybody close this sender to everybody.  What the team has to put right for one
#: signature, template or country is declined, and what for all of them unavailable: another
#: supplier is asked.  A code that is not here is unknown: perhaps sent.
FAULTS = {
    "rejected": {
        "FailedOperation.ContainSensitiveWord": "the text holds a word that may not be sent",
        "FailedOperation.MarketingSendTimeConstraint": "marketing goes out from 8 to 22 only",
        "FailedOperation.PhoneNumberInBlacklist": "the number does not want to be disturbed",
        "FailedOperation.PhoneNumberParseFail": "not a number in E.164",
        "InvalidParameter.DirtyWordFound": "the text holds a word that may not be sent",
        "InvalidParameterValue.ContentLengthLimit": "the text is too long",
        "InvalidParameterValue.IncorrectPhoneNumber": "not a number it can send to",
        "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter": "a value holds an address",
        "InvalidParameterValue.TemplateParameterFormatError": "a code's values are up to 6 digits",
        "InvalidParameterValue.TemplateParameterLengthLimit": "a value is too long",
        "LimitExceeded.DeliveryFrequencyLimit": "the number has had its share for now",
        "LimitExceeded.PhoneNumberDailyLimit": "the number has had its share of the day",
        "LimitExceeded.PhoneNumberOneHourLimit": "the number has had its share of the hour",
        "LimitExceeded.PhoneNumberSameContentDailyLimit": "the number has had this text already",
        "LimitExceeded.PhoneNumberThirtySecondLimit": "the number has had one 30 seconds ago",
    },
    "declined": {
        "FailedOperation.SignatureIncorrectOrUnapproved": "no such signature, or not approved",
        "FailedOperation.TemplateIncorrectOrUnapproved": "no such template, or not approved",
        "FailedOperation.TemplateParamSetNotMatchApprovedTemplate": "more or fewer values",
        "FailedOperation.TemplateUnapprovedOrNotExist": "no such template, or not approved",
        "LimitExceeded.AppCountryOrRegionDailyLimit": "the country's limit of the day is reached",
        "LimitExceeded.AppCountryOrRegionInBlacklist": "the country is switched off",
        "UnauthorizedOperation.IndividualUserMarketingSmsPermissionDeny": "not for individuals",
        "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone": "a mainland template",
        "UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber": "not for this number",
        "UnsupportedOperation.GlobalTemplateToChineseMainlandPhone": "a template for abroad",
        "UnsupportedOperation.UnsupportedRegion": "it does not send to that country",
    },
    "unavailable": {
        "AuthFailure": "the key is wrong, or the clocks are 5 minutes apart",
        "FailedOperation": "the request was refused",
        "FailedOperation.FailResolvePacket": "the request is malformed",
        "FailedOperation.InsufficientBalanceInSmsPackage": "the package is used up: buy another",
        "FailedOperation.JsonParseFail": "the request is malformed",
        "FailedOperation.OtherError": "a parameter is not as it should be",
        "InternalError.JsonParseFail": "the request is malformed",
        "InternalError.RequestTimeException": "the clocks are 10 minutes apart",
        "InternalError.RestApiInterfaceNotExist": "there is no such call of the API",
        "InternalError.SigFieldMissing": "the request is not signed",
        "InternalError.SigVerificationFail": "the request's signature is wrong",
        "InvalidParameter": "a parameter is malformed",
        "InvalidParameter.AppidAndBizId": "the application is another account's",
        "InvalidParameterValue": "a parameter is malformed",
        "InvalidParameterValue.SdkAppIdNotExist": "there is no such application",
        "IpInBlacklist": "this address is barred",
        "IpNotInWhitelist": "this address is not on the account's list",
        "LimitExceeded": "a limit of the account is reached",
        "LimitExceeded.AppDailyLimit": "the application's limit of the day is reached",
        "LimitExceeded.AppGlobalDailyLimit": "the limit of the day abroad is reached",
        "LimitExceeded.AppMainlandChinaDailyLimit": "the mainland's limit of the day is reached",
        "LimitExceeded.DailyLimit": "the limit of the day abroad is reached",
        "LimitExceeded.GlobalSmsSendingRateLimit": "too many at once abroad",
        "MissingParameter": "a parameter is missing",
        "RequestLimitExceeded": "too many requests at once",
        "UnauthorizedOperation": "the key's user may not send: sms:SendSms",
        "UnauthorizedOperation.RequestIpNotInWhitelist": "this address is not on the list",
        "UnauthorizedOperation.RequestPermissionDeny": "the key's user may not send: sms:SendSms",
        "UnauthorizedOperation.SdkAppIdIsDisabled": "the application is switched off",
        "UnauthorizedOperation.ServiceSuspendDueToArrears": "the account is suspended: top it up",
        "UnauthorizedOperation.SmsSdkAppIdVerifyFail": "the application is another account's",
        "UnsupportedOperation": "it does not do that",
    },
    "unknown": {
        "FailedOperation.ParametersOtherError": "a fault it does not know itself",
        "InternalError": "a fault of its own",
        "InternalError.OtherError": "a fault of its own",
        "InternalError.ParseBackendResponseFail": "it could not read the carrier's answer",
        "InternalError.SendAndRecvFail": "its own request timed out",
        "InternalError.Timeout": "its own request timed out",
        "InternalError.UnknownError": "a fault it does not know itself",
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
    template, values = event["templateId"], event["parameters"]
    if not template:
        template, named = code_template(event)
        values = list(named.values())
    if not template:
        return answer("declined", "the template is not registered with this sender")
    try:
        client = _client(int(time.time() // KEY_KEPT))
    except Exception as fault:  # nothing has been sent, and its text may hold the key
        return answer("unavailable", f"the key: {type(fault).__name__}")
    return once(event["record"], lambda: _send(client, event, template, values))


def _send(
    client: SmsClient, event: Mapping[str, Any], template: str, values: Sequence[str]
) -> Answer:
    request = SendSmsRequest()
    request.PhoneNumberSet = [event["to"]]
    request.SmsSdkAppId = os.environ["SDK_APP_ID"]
    request.SignName = event["signature"]
    request.TemplateId = template
    request.TemplateParamSet = list(values)
    request.SessionContext = event["record"]  # comes back in the receipt
    # A connection that slept with the sandbox may be dead, and would look like a lost reply.
    request.headers = {"Connection": "close"}
    try:
        status = client.SendSms(request).SendStatusSet[0]
    except TencentCloudSDKException as fault:
        if fault.requestId:  # it was Tencent who said so, not the SDK
            return judged(str(fault.code), FAULTS)
        raise
    if status.Code == "Ok":
        return {"status": "accepted", "messageId": status.SerialNo or event["record"]}
    return judged(str(status.Code), FAULTS)


@lru_cache(maxsize=1)
def _client(period: int) -> SmsClient:
    """A client with the key as it was in that *period*; it tries once."""
    protocol, _, host = os.environ["ENDPOINT"].partition("://")
    # The SDK speaks of one number of seconds, and hands the two on as they are.
    http = HttpProfile(protocol=protocol, endpoint=host, reqTimeout=(CONNECT, READ))
    profile = ClientProfile(httpProfile=http, retryer=NoopRetryer())
    return SmsClient(Credential(*key()), os.environ["REGION"], profile)
