// Why something did not go out or arrive: what carriers, AWS and connections say, in words.

import { html } from './parts.js'
import { language } from './words.js'
import * as WORDS from './words/reasons.js'

const apart = (text) => text.trim().split(/\s+/)

/** What means what; the words of operations that send nothing are of `configured`. */
const MEANINGS = {
  // End User Messaging, SNS and Lambda, as they are asked to send
  refused: apart('CANNOT_PARSE FIELD_VALIDATION_FAILED INVALID_PARAMETER InvalidParameter ParameterValueInvalid ValidationException'),
  long: apart('MAXIMUM_SIZE_EXCEEDED RequestTooLargeException SerializedRequestEntityTooLargeException'),
  rule: ['DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE', 'TEXT_PROTECT_BLOCKED'],
  'opted-out': ['DESTINATION_PHONE_NUMBER_OPTED_OUT', 'OptedOut', 'CANNOT_ADD_OPTED_OUT_NUMBER', 'Phone number is opted out'],
  channel: apart('CHANNEL_NOT_ENABLED NUMBER_CAPABILITIES_MISMATCH VOICE_CAPABILITY_NOT_AVAILABLE'),
  country: apart(`COUNTRY_CODE_MISMATCH COUNTRY_NOT_ENABLED DESTINATION_COUNTRY_BLOCKED
    DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION INTERNATIONAL_SENDING_NOT_SUPPORTED`),
  identity: apart('INVALID_IDENTITY_FOR_DESTINATION_COUNTRY MESSAGE_TYPE_MISMATCH NO_ORIGINATION_IDENTITIES_FOUND'),
  'sender-id': apart('SENDER_ID_NOT_REGISTERED SENDER_ID_NOT_SUPPORTED SENDER_ID_REQUIRES_REGISTRATION'),
  sandbox: ['DESTINATION_PHONE_NUMBER_NOT_VERIFIED'],
  price: ['PRICE_OVER_THRESHOLD', 'This delivery would exceed max price'],
  calls: ['DAILY_DESTINATION_CALL_LIMIT'],
  spend: ['MEDIA', 'NOTIFY', 'RCS', 'TEXT', 'VOICE'].map((one) => `MONTHLY_SPEND_LIMIT_REACHED_FOR_${one}`),
  quota: apart('DAILY_NOTIFY_TIER_MESSAGE_LIMIT LimitExceededException ServiceQuotaExceededException'),
  much: apart('EC2ThrottledException KMSThrottling Throttled Throttling ThrottlingException TooManyRequestsException'),
  permission: apart(`AccessDeniedException AuthorizationError InvalidSecurity NotAuthorizedForSourceException
    RESOURCE_NOT_ACCESSIBLE`),
  missing: apart('INVALID_ARN NotFound ResourceNotFoundException'),
  account: apart('ACCOUNT_DISABLED EndpointDisabled INSUFFICIENT_ACCOUNT_REPUTATION PlatformApplicationDisabled UserError'),
  ready: apart(`ConflictException NOTIFY_CONFIGURATION_NOT_ACTIVE RESOURCE_NOT_ACTIVE ResourceConflictException
    ResourceNotReadyException`),
  key: apart(`KMSAccessDenied KMSAccessDeniedException KMSDisabled KMSDisabledException KMSInvalidState
    KMSInvalidStateException KMSNotFound KMSNotFoundException KMSOptInRequired`),
  configured: apart(`ASSOCIATIONS_PER_REGISTRATION ATTACHMENT_TYPE_NOT_SUPPORTED CONFIGURATION_SETS_PER_ACCOUNT
    CREATE_REGISTRATION_VERSION_NOT_ALLOWED DELETION_PROTECTION_ENABLED DISASSOCIATE_REGISTRATION_NOT_ALLOWED
    DISCARD_REGISTRATION_VERSION_NOT_ALLOWED EDIT_REGISTRATION_FIELD_VALUES_NOT_ALLOWED EVENT_DESTINATION_MISMATCH
    EVENT_DESTINATIONS_PER_CONFIGURATION_SET INVALID_FILTER_VALUES INVALID_NEXT_TOKEN INVALID_REGISTRATION_ASSOCIATION
    INVALID_REQUEST KEYWORD_MISMATCH KEYWORDS_PER_PHONE_NUMBER KEYWORDS_PER_POOL LAST_PHONE_NUMBER
    MEDIA_TYPE_NOT_SUPPORTED MISSING_PARAMETER NOTIFY_CONFIGURATIONS_PER_ACCOUNT OPT_OUT_LIST_MISMATCH
    OPT_OUT_LISTS_PER_ACCOUNT ORIGINATION_IDENTITIES_PER_POOL OTHER PARAMETERS_CANNOT_BE_USED_TOGETHER
    PHONE_NUMBER_ASSOCIATED_TO_POOL PHONE_NUMBER_ASSOCIATED_TO_REGISTRATION PHONE_NUMBER_CANNOT_BE_OPTED_IN
    PHONE_NUMBER_CANNOT_BE_RELEASED PHONE_NUMBER_NOT_ASSOCIATED_TO_POOL PHONE_NUMBER_NOT_IN_REGISTRATION_REGION
    PHONE_NUMBERS_PER_ACCOUNT PHONE_NUMBERS_PER_REGISTRATION POOL_ASSOCIATED_TO_NOTIFY_CONFIGURATION POOLS_PER_ACCOUNT
    PROTECT_CONFIGURATION_ASSOCIATED_WITH_CONFIGURATION_SET PROTECT_CONFIGURATION_IS_ACCOUNT_DEFAULT
    PROTECT_CONFIGURATION_NOT_ASSOCIATED_WITH_CONFIGURATION_SET PROTECT_CONFIGURATIONS_PER_ACCOUNT
    RCS_AGENT_ALREADY_ASSOCIATED_TO_REGISTRATION_TYPE RCS_AGENT_ASSOCIATED_TO_POOL RCS_AGENTS_PER_ACCOUNT
    REGISTRATION_ALREADY_SUBMITTED REGISTRATION_ATTACHMENTS_CREATED_PER_DAY REGISTRATION_ATTACHMENTS_PER_ACCOUNT
    REGISTRATION_FIELD_CANNOT_BE_DELETED REGISTRATION_NOT_COMPLETE REGISTRATION_VERSIONS_CREATED_PER_DAY
    REGISTRATIONS_PER_ACCOUNT REQUESTED_SPEND_LIMIT_HIGHER_THAN_SERVICE_LIMIT RESOURCE_ALREADY_ASSOCIATED
    RESOURCE_ALREADY_EXISTS RESOURCE_DELETION_NOT_ALLOWED RESOURCE_MODIFICATION_NOT_ALLOWED RESOURCE_NOT_EMPTY
    SELF_MANAGED_OPT_OUTS_MISMATCH SENDER_ID_ASSOCIATED_TO_POOL SENDER_IDS_PER_ACCOUNT
    SUBMIT_REGISTRATION_VERSION_NOT_ALLOWED TAGS_PER_RESOURCE TWO_WAY_CHANNEL_NOT_PRESENT TWO_WAY_CONFIG_MISMATCH
    TWO_WAY_NOT_ENABLED TWO_WAY_NOT_SUPPORTED_IN_COUNTRY TWO_WAY_NOT_SUPPORTED_IN_REGION TWO_WAY_TOPIC_NOT_PRESENT
    UNKNOWN_OPERATION UNKNOWN_REGISTRATION_FIELD UNKNOWN_REGISTRATION_SECTION UNKNOWN_REGISTRATION_TYPE
    UNKNOWN_REGISTRATION_VERSION UNSPECIFIED_PARAMETER_NOT_SUPPORTED VERIFICATION_ALREADY_COMPLETE
    VERIFICATION_ATTEMPTS_PER_DAY VERIFICATION_CODE_EXPIRED VERIFICATION_CODE_MISMATCH
    VERIFIED_DESTINATION_NUMBERS_PER_ACCOUNT`),
  'not-started': apart(`CodeArtifactUserDeletedException CodeArtifactUserFailedException CodeArtifactUserPendingException
    EC2AccessDeniedException EC2UnexpectedException EFSIOException EFSMountConnectivityException EFSMountFailureException
    EFSMountTimeoutException ENILimitReachedException ENINotReadyException InvalidParameterValueException
    InvalidRequestContentException InvalidRuntimeException InvalidSecurityGroupIDException InvalidSubnetIDException
    InvalidZipFileException ModeNotSupportedException NoPublishedVersionException RecursiveInvocationException
    RuntimeAliasDeletedException RuntimeVersionDeletedException S3FilesMountConnectivityException
    S3FilesMountFailureException S3FilesMountTimeoutException SnapStartException SnapStartNotReadyException
    SnapStartRegenerationFailureException SnapStartTimeoutException SubnetIPAddressLimitReachedException
    UnsupportedMediaTypeException`),
  aws: apart(`DurableExecutionAlreadyStartedException InternalError InternalException InternalFailure
    InternalServerException ServiceException ServiceUnavailable`),
  'no-id': ['no message id'],
  rests: ['rests'],
  'no-time': ['no time left'],
  'no-line': ['no line type'],
  'function-failed': ['the function failed'],
  'function-answer': ["the function's answer is none"],
  unsaid: ['no reason given'],

  // What carriers say of it since
  handed: apart('TEXT_SENT TEXT_PENDING TEXT_QUEUED VOICE_INITIATED'),
  operator: ['TEXT_SUCCESSFUL', 'Message has been accepted by phone carrier'],
  arrived: ['TEXT_DELIVERED', 'SUCCESS', 'Message has been accepted by phone'],
  number: ['TEXT_INVALID', 'Invalid phone number'],
  text: ['TEXT_INVALID_MESSAGE', 'Message body is invalid'],
  unreachable: ['TEXT_UNREACHABLE', 'Phone is currently unreachable/unavailable'],
  'operator-unreachable': ['TEXT_CARRIER_UNREACHABLE', 'Phone carrier is currently unreachable/unavailable'],
  blocked: ['TEXT_BLOCKED', 'Destination is on a blocked list', 'Phone has blocked SMS', 'Phone is on a blocked list'],
  'operator-blocked': ['TEXT_CARRIER_BLOCKED', 'Phone carrier has blocked this message'],
  spam: ['TEXT_SPAM', 'Blocked as spam by phone carrier'],
  expired: ['TEXT_TTL_EXPIRED', 'VOICE_TTL_EXPIRED'],
  unknown: ['TEXT_UNKNOWN', 'Unknown error attempting to reach phone'],
  failed: ['FAILURE', 'VOICE_FAILED'],
  rings: ['VOICE_RINGING'],
  lifted: ['VOICE_ANSWERED'],
  heard: ['VOICE_COMPLETED'],
  busy: ['VOICE_BUSY'],
  'not-lifted': ['VOICE_NO_ANSWER'],

  // Connections, to AWS and to hooks
  host: ['gaierror', 'NameResolutionError'],
  connection: apart('ConnectionRefusedError ConnectTimeoutError EndpointConnectionError NewConnectionError OSError ProxyError'),
  late: ['ReadTimeoutError', 'TimeoutError'],
  broke: apart(`BadStatusLine BrokenPipeError ConnectionAbortedError ConnectionClosedError ConnectionResetError
    HTTPClientError IncompleteRead IncompleteReadError ProtocolError ProxyConnectionError RemoteDisconnected
    ResponseParserError ResponseStreamingError UnicodeDecodeError`),
  certificate: apart('SSLCertVerificationError SSLEOFError SSLError'),
  credentials: apart('CredentialRetrievalError NoCredentialsError NoRegionError PartialCredentialsError'),

  // What hooks are told
  told: ['put', 'heard at the desk'],
  event: apart('InvalidArgument MalformedDetail refused'),
  private: ['not a public address'],
  plain: ['not https'],
  'by-hand': ['by hand'],
  gone: ['no such hook'],
}

const SHAPES = [
  [/^HTTP 2\d\d$/, 'told'],
  [/^HTTP 3\d\d$/, 'redirected'],
  [/^HTTP 40[13]$/, 'unwelcome'],
  [/^HTTP 404$/, 'nothing-there'],
  [/^HTTP (408|425|429|50[234])$/, 'not-now'],
  [/^HTTP 4\d\d$/, 'no'],
  [/^HTTP (\d{3}|0)$/, 'trouble'],
  [/^no answer in \d+ seconds$/, 'late'],
  [/^no sender carries \w+$/, 'nobody'],
]

/** What *said* means; empty if that is not known. */
export function meaning(said) {
  const known = Object.keys(MEANINGS).find((one) => MEANINGS[one].includes(said))
  return known ?? SHAPES.find(([shape]) => shape.test(said))?.[1] ?? ''
}

/** In words, with what was said itself behind them, for whoever looks that up. */
function One({ said }) {
  const means = meaning(said) || (/^(\w+(Error|Exception)|[A-Z]+(_[A-Z]+)+)$/.test(said) && 'unforeseen')
  if (!means) return html`<q lang="">${said}</q>`
  return html`${WORDS[language][`reason.${means}`]} <code lang="en">${said}</code>`
}

/** Why: what the senders, the carrier or the hook said. */
export function Reason({ of: text }) {
  if (!text) return '–'
  const [, rested] = /^rests after (.+)$/.exec(text) || []
  if (rested) return html`<span class="said">${WORDS[language]['reason.hook-rests']} <${One} said=${rested} /></span>`
  const [, , told] = /^(SUCCESS|FAILURE): (.+)$/.exec(text) || []
  if (meaning(text) || told) return html`<span class="said"><${One} said=${told ?? text} /></span>`
  // Each sender that was asked, behind its name.
  return text.split('; ').map((piece, at) => {
    const [, sender, said] = /^([a-z][\w-]*): (.+)$/.exec(piece) || []
    return html`${at > 0 && html`<br />`}<span class="said">${sender && `${sender}: `}<${One} said=${said ?? piece} /></span>`
  })
}
