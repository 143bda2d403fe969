import type { Rule } from '../rule.ts'
import { accessLog } from './access-log.ts'
import { adminPath } from './admin-path.ts'
import { aliasTraversal } from './alias-traversal.ts'
import { autoHttpsOff } from './auto-https-off.ts'
import { bodyLimit } from './body-limit.ts'
import { caddyAdmin } from './caddy-admin.ts'
import { clientAddress } from './client-address.ts'
import { clientHeaders } from './client-headers.ts'
import { contentSecurityPolicy } from './content-security-policy.ts'
import { contentTypeOptions } from './content-type-options.ts'
import { corsAny } from './cors-any.ts'
import { defaultServer } from './default-server.ts'
import { directoryListing } from './directory-listing.ts'
import { dotfiles } from './dotfiles.ts'
import { forwardedHost } from './forwarded-host.ts'
import { forwardedProto } from './forwarded-proto.ts'
import { frameOptions } from './frame-options.ts'
import { headerAlways } from './header-always.ts'
import { headerInheritance } from './header-inheritance.ts'
import { headerSplitting } from './header-splitting.ts'
import { hidesHeader } from './hides-header.ts'
import { hsts } from './hsts.ts'
import { httpsRedirect } from './https-redirect.ts'
import { identityHeader } from './identity-header.ts'
import { includeOutside } from './include-outside.ts'
import { internalCertificate } from './internal-certificate.ts'
import { loginRateLimit } from './login-rate-limit.ts'
import { machinePath } from './machine-path.ts'
import { mergeSlashes } from './merge-slashes.ts'
import { noTls } from './no-tls.ts'
import { placeholderBlock } from './placeholder-block.ts'
import { publicUpstream } from './public-upstream.ts'
import { rateLimit } from './rate-limit.ts'
import { rateLimitKey } from './rate-limit-key.ts'
import { referrerPolicy } from './referrer-policy.ts'
import { requestChosenUpstream } from './request-chosen-upstream.ts'
import { serverTokens } from './server-tokens.ts'
import { sessionTickets } from './session-tickets.ts'
import { signupOpen } from './signup-open.ts'
import { statusPage } from './status-page.ts'
import { tlsCiphers } from './tls-ciphers.ts'
import { tlsVersion } from './tls-version.ts'
import { trustedProxies } from './trusted-proxies.ts'
import { underscoreHeaders } from './underscore-headers.ts'
import { uploadsInline } from './uploads-inline.ts'
import { upstreamVerify } from './upstream-verify.ts'
import { websocket } from './websocket.ts'
import { websocketOrigin } from './websocket-origin.ts'
import { xssProtection } from './xss-protection.ts'

/** Rules about nginx and Caddy, in the order in which they are listed. */
export const proxyRules: readonly Rule[] = [
  tlsVersion,
  tlsCiphers,
  noTls,
  httpsRedirect,
  hsts,
  sessionTickets,
  autoHttpsOff,
  internalCertificate,
  contentTypeOptions,
  frameOptions,
  referrerPolicy,
  contentSecurityPolicy,
  xssProtection,
  headerInheritance,
  headerAlways,
  hidesHeader,
  corsAny,
  serverTokens,
  clientAddress,
  trustedProxies,
  forwardedProto,
  forwardedHost,
  clientHeaders,
  identityHeader,
  underscoreHeaders,
  rateLimit,
  loginRateLimit,
  rateLimitKey,
  bodyLimit,
  aliasTraversal,
  requestChosenUpstream,
  headerSplitting,
  mergeSlashes,
  directoryListing,
  dotfiles,
  defaultServer,
  statusPage,
  adminPath,
  machinePath,
  signupOpen,
  uploadsInline,
  publicUpstream,
  upstreamVerify,
  websocketOrigin,
  websocket,
  caddyAdmin,
  placeholderBlock,
  accessLog,
  includeOutside,
]
