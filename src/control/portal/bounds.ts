/** Most characters of an e-mail address (RFC 5321, section 4.5.3.1.3, less the angle brackets). */
export const EMAIL_LENGTH = 254

/** Most characters of a password, as accounts have it. */
export const PASSWORD_LENGTH = 1_024

/** Most characters of a secret, state or id: 256 bits in base64url are 43. */
export const TOKEN_LENGTH = 64
